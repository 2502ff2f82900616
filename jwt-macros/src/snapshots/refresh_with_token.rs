async fn refresh(
    ::jwt_runtime::__private::Guarded(
        old,
    ): ::jwt_runtime::__private::Guarded<
        ::jwt_runtime::__private::Refresh<RefreshToken<User>>,
    >,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    auth.rotate(old).await
}
