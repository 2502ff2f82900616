async fn create(
    ::jwt_runtime::__private::Guarded(
        user,
    ): ::jwt_runtime::__private::Guarded<__jwt_guard_create>,
) {}
#[doc(hidden)]
#[allow(dead_code, non_camel_case_types, unreachable_pub)]
#[allow(missing_copy_implementations, missing_debug_implementations)]
enum __jwt_guard_create {}
#[automatically_derived]
impl ::jwt_runtime::__private::Guard for __jwt_guard_create {
    type Auth = ::jwt_runtime::__private::JwtAuth;
    type Kind = ::jwt_runtime::__private::kind::Access;
    type Param = User;
    type State = ::jwt_runtime::__private::AnyState;
    const RULES: ::jwt_runtime::__private::Rules = ::jwt_runtime::__private::Rules::access()
        .locations(
            &[
                ::jwt_runtime::__private::TokenLocation::Header,
                ::jwt_runtime::__private::TokenLocation::Cookie,
            ],
        );
    fn check(
        claims: &::jwt_runtime::__private::ClaimsOf<Self::Param, Self::Kind>,
    ) -> ::jwt_runtime::__private::Result<
        ::jwt_runtime::__private::Passed,
        ::jwt_runtime::__private::AuthError,
    > {
        ::jwt_runtime::__private::all_scopes(
            claims,
            &[::jwt_runtime::__private::scope_name(&Perm::OrdersWrite), "audit"],
        )?;
        ::jwt_runtime::__private::Policy::check(
            &::jwt_runtime::__private::any((
                ::jwt_runtime::__private::policy_for(claims, &AdminOnly),
                ::jwt_runtime::__private::all((
                    ::jwt_runtime::__private::policy_for(claims, &InRegion("eu")),
                    ::jwt_runtime::__private::not(
                        ::jwt_runtime::__private::policy_for(claims, &Suspended),
                    ),
                )),
            )),
            claims,
        )?;
        ::jwt_runtime::__private::Result::Ok(::jwt_runtime::__private::Passed)
    }
}
