pub async fn edit(
    ::jwt_runtime::__private::Guarded(
        user,
    ): ::jwt_runtime::__private::Guarded<__jwt_guard_edit>,
    Path(id): Path<u64>,
) {}
#[doc(hidden)]
#[allow(dead_code, non_camel_case_types, unreachable_pub)]
#[allow(missing_copy_implementations, missing_debug_implementations)]
pub enum __jwt_guard_edit {}
#[automatically_derived]
impl ::jwt_runtime::__private::Guard for __jwt_guard_edit {
    type Auth = ::jwt_runtime::__private::JwtAuth;
    type Kind = ::jwt_runtime::__private::kind::Access;
    type Param = User;
    type State = AppState;
    const RULES: ::jwt_runtime::__private::Rules = ::jwt_runtime::__private::Rules::access();
    fn check(
        claims: &::jwt_runtime::__private::ClaimsOf<Self::Param, Self::Kind>,
    ) -> ::jwt_runtime::__private::Result<
        ::jwt_runtime::__private::Passed,
        ::jwt_runtime::__private::AuthError,
    > {
        ::jwt_runtime::__private::any_scope(claims, &["orders:write"])?;
        ::jwt_runtime::__private::Result::Ok(::jwt_runtime::__private::Passed)
    }
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
        >(orders::owns, claims, parts, state)
    }
}
#[doc(hidden)]
#[allow(dead_code, non_upper_case_globals)]
const __JWT_STATE_edit: () = ::jwt_runtime::__private::assert_state::<
    AppState,
    ::jwt_runtime::__private::JwtAuth,
>();
