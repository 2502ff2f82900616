::core::compile_error! {
    "unknown argument `rolez` for `#[jwt_required]`; expected one of `optional`, `any_type`, `claims`, `all_scopes`, `any_scope`, `all_roles`, `any_role`, `policy`, `require`, `authorize`, `locations`, `issuer`, `audience`, `auth`, `state`, `self_type`, `skip_revocation`, `crate`; did you mean `all_roles`?"
}
::core::compile_error! {
    "`max_age` is an argument of `#[fresh_jwt_required]`; write that in place of `#[jwt_required]`, or remove `max_age`"
}
::core::compile_error! {
    "a scope has no spaces; write \"a\", \"b\""
}
::core::compile_error! {
    "`#[jwt_required]` needs an `async fn`; write `async fn broken(…)`"
}
::core::compile_error! {
    "a handler takes the claims or the token, once; take one: a `Token<User>` has both the claims and the token"
}
::core::compile_error! {
    "without a token this guard refuses the request, so `None` never comes; write `#[jwt_required(optional)]`, or take the type without `Option`"
}
async fn broken(
    ::jwt_runtime::__private::Guarded(
        user,
    ): ::jwt_runtime::__private::Guarded<::jwt_runtime::__private::Access<Option<User>>>,
    ::jwt_runtime::__private::Guarded(
        token,
    ): ::jwt_runtime::__private::Guarded<
        ::jwt_runtime::__private::Access<AccessToken<User>>,
    >,
) {}
