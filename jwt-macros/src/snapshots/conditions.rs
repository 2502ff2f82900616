#[cfg(feature = "orders")]
pub(crate) async fn create(
    ::jwt_runtime::__private::Guarded(
        user,
    ): ::jwt_runtime::__private::Guarded<__jwt_guard_create>,
    Json(order): Json<Order>,
) -> StatusCode {
    store(user, order).await
}
#[cfg(feature = "orders")]
#[doc(hidden)]
#[allow(dead_code, non_camel_case_types, unreachable_pub)]
#[allow(missing_copy_implementations, missing_debug_implementations)]
pub(crate) enum __jwt_guard_create {}
#[cfg(feature = "orders")]
#[automatically_derived]
impl ::jwt_runtime::__private::Guard for __jwt_guard_create {
    type Auth = ShopAuth;
    type Kind = ::jwt_runtime::__private::kind::Access;
    type Param = User;
    type State = ::jwt_runtime::__private::AnyState;
    const RULES: ::jwt_runtime::__private::Rules = ::jwt_runtime::__private::Rules::access()
        .issuer("https://auth.example.com")
        .audience(&["orders", "billing"])
        .skip_revocation();
    fn check(
        claims: &::jwt_runtime::__private::ClaimsOf<Self::Param, Self::Kind>,
    ) -> ::jwt_runtime::__private::Result<
        ::jwt_runtime::__private::Passed,
        ::jwt_runtime::__private::AuthError,
    > {
        ::jwt_runtime::__private::all_scopes(claims, &["orders:write"])?;
        ::jwt_runtime::__private::any_role(claims, &[Role::Admin, Role::Seller])?;
        ::jwt_runtime::__private::require(
            claims,
            |user: &User| user.region == "eu" || user.region == "us",
        )?;
        ::jwt_runtime::__private::Result::Ok(::jwt_runtime::__private::Passed)
    }
}
#[cfg(feature = "orders")]
#[doc(hidden)]
#[allow(dead_code, non_upper_case_globals)]
const __JWT_STATE_create: () = ::jwt_runtime::__private::assert_state::<
    AppState,
    ShopAuth,
>();
