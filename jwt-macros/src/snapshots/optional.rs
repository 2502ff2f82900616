async fn feed(
    ::jwt_runtime::__private::Guarded(
        user,
    ): ::jwt_runtime::__private::Guarded<
        ::jwt_runtime::__private::Optional<Option<User>>,
    >,
) -> Html<String> {
    render(user)
}
