/// The orders of a shop.
#[cfg(feature = "orders")]
impl Orders {
    const MAX: usize = 10;
    async fn list(
        ::jwt_runtime::__private::Guarded(
            user,
        ): ::jwt_runtime::__private::Guarded<Orders, 13796666053062066497u64>,
    ) -> Json<Vec<Order>> {
        Self::of(user)
    }
    #[doc(hidden)]
    #[allow(dead_code, non_upper_case_globals, non_local_definitions)]
    const __JWT_GUARD_list: () = {
        #[automatically_derived]
        impl ::jwt_runtime::__private::Guard<13796666053062066497u64> for Orders {
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
                ::jwt_runtime::__private::all_scopes(claims, &["orders:read"])?;
                ::jwt_runtime::__private::Result::Ok(::jwt_runtime::__private::Passed)
            }
        }
    };
    async fn purge(
        _: ::jwt_runtime::__private::Guarded<Orders, 13064907390020285860u64>,
    ) {}
    #[doc(hidden)]
    #[allow(dead_code, non_upper_case_globals, non_local_definitions)]
    const __JWT_GUARD_purge: () = {
        #[automatically_derived]
        impl ::jwt_runtime::__private::Guard<13064907390020285860u64> for Orders {
            type Auth = ::jwt_runtime::__private::JwtAuth;
            type Kind = ::jwt_runtime::__private::kind::Access;
            type Param = ::jwt_runtime::__private::Unbound<User>;
            type State = ::jwt_runtime::__private::AnyState;
            const RULES: ::jwt_runtime::__private::Rules = ::jwt_runtime::__private::Rules::fresh()
                .max_age(300u64);
            fn check(
                claims: &::jwt_runtime::__private::ClaimsOf<Self::Param, Self::Kind>,
            ) -> ::jwt_runtime::__private::Result<
                ::jwt_runtime::__private::Passed,
                ::jwt_runtime::__private::AuthError,
            > {
                ::jwt_runtime::__private::all_scopes(claims, &["orders:read"])?;
                ::jwt_runtime::__private::all_scopes(claims, &["orders:write"])?;
                ::jwt_runtime::__private::Result::Ok(::jwt_runtime::__private::Passed)
            }
        }
    };
    async fn health() -> &'static str {
        "ok"
    }
    fn of(user: User) -> Json<Vec<Order>> {}
}
#[cfg(feature = "orders")]
#[allow(unused_imports)]
const _: () = {
    use fresh_jwt_required as _;
    const _: () = {
        #[public(__jwt_is_this_ours::jwt_runtime::__private::Opens)]
        enum Asked {}
        ::jwt_runtime::__private::assert_opens::<Asked>()
    };
};
