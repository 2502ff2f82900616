#![no_implicit_prelude]
#![deny(warnings)]

#[derive(::jwt_runtime::Claims)]
#[claims(issuer = "https://auth.example.com", audience("a", "b"), leeway = "30s")]
struct User {
    sub: ::std::string::String,
    exp: ::jwt_runtime::NumericDate,
    nickname: ::core::option::Option<::std::string::String>,
    #[claim(scopes)]
    scope: ::jwt_runtime::Scopes,
    #[claim(roles)]
    roles: ::std::vec::Vec<u8>,
}

#[::jwt_runtime::jwt_required]
async fn plain(#[claims] user: User) -> ::std::string::String {
    let _ = (user.exp, user.nickname, user.scope, user.roles);
    user.sub
}

#[::jwt_runtime::jwt_required(
    claims = User,
    all_scopes("a"),
    any_scope("a", "b"),
    all_roles(1),
    any_role(1, 2),
    require = |user: &User| ::std::string::String::is_empty(&user.sub),
    issuer = "a",
    audience("a", "b"),
    state = ::jwt_runtime::JwtAuth
)]
async fn conditions() {}

#[::jwt_runtime::jwt_required(optional)]
async fn optional(#[claims] _user: ::core::option::Option<User>) {}

#[::jwt_runtime::refresh_required]
async fn refresh(#[token] _token: ::jwt_runtime::RefreshToken<User>) {}

struct Api;

#[::jwt_runtime::fresh_jwt_required(max_age = "5m")]
impl Api {
    async fn block(#[claims] _user: User) {}

    #[::jwt_runtime::public]
    async fn open() {}
}

#[::jwt_runtime::jwt_required(claims = super::User, all_scopes("a"))]
mod handlers {
    pub(super) async fn list() {}
}

fn main() {
    let _ = ::axum::Router::<::jwt_runtime::JwtAuth>::new()
        .route("/a", ::axum::routing::get(plain).post(conditions).put(optional))
        .route("/b", ::axum::routing::get(refresh).post(Api::block).put(Api::open))
        .route("/c", ::axum::routing::get(handlers::list));
}
