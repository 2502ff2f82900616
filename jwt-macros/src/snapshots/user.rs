async fn me(
    ::jwt_runtime::__private::GuardedUser(
        _,
        account,
    ): ::jwt_runtime::__private::GuardedUser<
        ::jwt_runtime::__private::Access<
            ::jwt_runtime::__private::Unbound<
                ::jwt_runtime::__private::UserClaims<Account>,
            >,
        >,
        Account,
    >,
    State(db): State<Db>,
) {}
