async fn edit(
    #[allow(unused_variables)]
    ::jwt_runtime::__private::GuardedUser(
        User { sub, .. },
        account,
    ): ::jwt_runtime::__private::GuardedUser<Api, Account, 4206689019978932209u64>,
    Path(id): Path<u64>,
) {}
#[doc(hidden)]
#[allow(dead_code, non_upper_case_globals, non_local_definitions)]
const __JWT_GUARD_edit: () = {
    #[automatically_derived]
    impl ::jwt_runtime::__private::Guard<4206689019978932209u64> for Api {
        type Auth = ::jwt_runtime::__private::JwtAuth;
        type Kind = ::jwt_runtime::__private::kind::Access;
        type Param = User;
        type State = AppState;
        const RULES: ::jwt_runtime::__private::Rules = ::jwt_runtime::__private::Rules::fresh();
        fn authorize<'a>(
            claims: &'a ::jwt_runtime::__private::ClaimsOf<Self::Param, Self::Kind>,
            parts: &'a mut ::jwt_runtime::__private::Parts,
            state: &'a Self::State,
        ) -> ::jwt_runtime::__private::Authorizing<'a> {
            ::jwt_runtime::__private::authorize::<
                ::jwt_runtime::__private::ClaimsOf<Self::Param, Self::Kind>,
                Self::State,
                _,
                _,
                _,
            >(Self::owns, claims, parts, state)
        }
    }
};
#[doc(hidden)]
#[allow(dead_code, non_upper_case_globals)]
const __JWT_STATE_edit: () = ::jwt_runtime::__private::assert_state::<
    AppState,
    ::jwt_runtime::__private::JwtAuth,
>();
#[doc(hidden)]
#[allow(dead_code, non_upper_case_globals)]
const __JWT_USER_STATE_edit: () = ::jwt_runtime::__private::assert_user_state::<
    AppState,
    Account,
>();
