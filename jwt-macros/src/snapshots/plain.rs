/// Who is asking.
pub async fn me(
    ::jwt_runtime::__private::Guarded(
        user,
    ): ::jwt_runtime::__private::Guarded<::jwt_runtime::__private::Access<User>>,
    State(db): State<Db>,
) -> Json<Profile> {
    #![allow(clippy::unused_async)]
    db.profile(user.sub)
}
