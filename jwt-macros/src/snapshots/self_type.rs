pub async fn remove(
    ::jwt_runtime::__private::Guarded(
        user,
    ): ::jwt_runtime::__private::Guarded<Api, 18444559702367749501u64>,
    Path(id): Path<Uuid>,
) -> Self {
    Self::removed(user, id)
}
#[doc(hidden)]
#[allow(dead_code, non_upper_case_globals, non_local_definitions)]
const __JWT_GUARD_remove: () = {
    #[automatically_derived]
    impl ::jwt_runtime::__private::Guard<18444559702367749501u64> for Api {
        type Auth = ::jwt_runtime::__private::JwtAuth;
        type Kind = ::jwt_runtime::__private::kind::Access;
        type Param = User;
        type State = ::jwt_runtime::__private::AnyState;
        const RULES: ::jwt_runtime::__private::Rules = ::jwt_runtime::__private::Rules::access();
        fn check(
            claims: &::jwt_runtime::__private::ClaimsOf<Self::Param, Self::Kind>,
        ) -> ::jwt_runtime::__private::Result<
            ::jwt_runtime::__private::Passed,
            ::jwt_runtime::__private::AuthError,
        > {
            ::jwt_runtime::__private::all_roles(claims, &[Role::Admin])?;
            ::jwt_runtime::__private::Result::Ok(::jwt_runtime::__private::Passed)
        }
    }
};
#[doc(hidden)]
#[allow(dead_code, non_upper_case_globals)]
const __JWT_STATE_remove: () = ::jwt_runtime::__private::assert_state::<
    AppState,
    ::jwt_runtime::__private::JwtAuth,
>();
