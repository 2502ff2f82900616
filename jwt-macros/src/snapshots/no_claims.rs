async fn ping(
    _: ::jwt_runtime::__private::Guarded<
        ::jwt_runtime::__private::Access<
            ::jwt_runtime::__private::Unbound<::jwt_runtime::__private::NoClaims>,
        >,
    >,
) {}
