::core::compile_error! {
    "no token comes to a public handler; remove the `#[claims]` parameter, or `#[public]`"
}
::core::compile_error! {
    "every `async fn` here is a handler, which axum calls without `self`; take `State<…>`, or write a method into another `impl` block"
}
::core::compile_error! {
    "handlers that `handlers!` makes would not be guarded; write it outside of the block, or `#[public]` above it if it makes none"
}
impl Api {
    async fn list(
        ::jwt_runtime::__private::Guarded(
            user,
        ): ::jwt_runtime::__private::Guarded<::jwt_runtime::__private::Access<User>>,
    ) {}
    async fn create(
        &self,
        _: ::jwt_runtime::__private::Guarded<
            ::jwt_runtime::__private::Access<
                ::jwt_runtime::__private::Unbound<::jwt_runtime::__private::NoClaims>,
            >,
        >,
    ) {}
    handlers!();
}
#[allow(unused_imports)]
const _: () = {
    const _: () = {
        #[public(__jwt_is_this_ours::jwt_runtime::__private::Opens)]
        enum Asked {}
        ::jwt_runtime::__private::assert_opens::<Asked>()
    };
};
