#[allow(clippy::too_many_arguments)]
async fn seven(
    _: ::shop::jwt::__private::Guarded<__jwt_guard_seven>,
    a: A,
    b: B,
    c: C,
    d: D,
    e: E,
    f: F,
    g: G,
) {}
#[doc(hidden)]
#[allow(dead_code, non_camel_case_types, unreachable_pub)]
#[allow(missing_copy_implementations, missing_debug_implementations)]
enum __jwt_guard_seven {}
#[automatically_derived]
impl ::shop::jwt::__private::Guard for __jwt_guard_seven {
    type Auth = ::shop::jwt::__private::JwtAuth;
    type Kind = ::shop::jwt::__private::kind::Access;
    type Param = ::shop::jwt::__private::Unbound<User>;
    type State = ::shop::jwt::__private::AnyState;
    const RULES: ::shop::jwt::__private::Rules = ::shop::jwt::__private::Rules::access();
    fn check(
        claims: &::shop::jwt::__private::ClaimsOf<Self::Param, Self::Kind>,
    ) -> ::shop::jwt::__private::Result<
        ::shop::jwt::__private::Passed,
        ::shop::jwt::__private::AuthError,
    > {
        ::shop::jwt::__private::any_scope(claims, &["a", "b"])?;
        ::shop::jwt::__private::Result::Ok(::shop::jwt::__private::Passed)
    }
}
