pub mod admin {
    //! Behind the counter.
    use super::*;
    pub async fn statistics(
        _: ::jwt_runtime::__private::Guarded<
            ::jwt_runtime::__private::Access<
                ::jwt_runtime::__private::Unbound<::jwt_runtime::__private::NoClaims>,
            >,
        >,
    ) {}
    mod users {
        async fn help() {}
        impl<T> Users<T> {
            async fn list(
                _: ::jwt_runtime::__private::Guarded<
                    ::jwt_runtime::__private::Access<
                        ::jwt_runtime::__private::Unbound<
                            ::jwt_runtime::__private::NoClaims,
                        >,
                    >,
                >,
            ) {}
        }
        #[allow(unused_imports)]
        const _: () = {
            const _: () = {
                #[jwt_runtime::public(__jwt_is_this_ours::jwt_runtime::__private::Opens)]
                enum Asked {}
                ::jwt_runtime::__private::assert_opens::<Asked>()
            };
        };
    }
}
