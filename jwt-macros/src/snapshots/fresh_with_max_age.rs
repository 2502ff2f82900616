async fn change_password(
    ::jwt_runtime::__private::Guarded(
        User { sub, .. },
    ): ::jwt_runtime::__private::Guarded<__jwt_guard_change_password>,
) {}
#[doc(hidden)]
#[allow(dead_code, non_camel_case_types, unreachable_pub)]
#[allow(missing_copy_implementations, missing_debug_implementations)]
enum __jwt_guard_change_password {}
#[automatically_derived]
impl ::jwt_runtime::__private::Guard for __jwt_guard_change_password {
    type Auth = ::jwt_runtime::__private::JwtAuth;
    type Kind = ::jwt_runtime::__private::kind::Access;
    type Param = User;
    type State = ::jwt_runtime::__private::AnyState;
    const RULES: ::jwt_runtime::__private::Rules = ::jwt_runtime::__private::Rules::fresh()
        .max_age(300u64);
}
