//! A crate that knows the runtime through another crate alone.
#![deny(warnings, missing_docs)]

use axum::Router;
use axum::routing::get;
use framework::jwt::{
    Claims, JwtAuth, NumericDate, RefreshToken, Scopes, fresh_jwt_required, jwt_required,
    refresh_required,
};

/// Who is asking.
#[derive(Clone, Debug, Claims)]
#[claims(crate = ::framework::jwt)]
pub struct User {
    sub: String,
    exp: NumericDate,
    nickname: Option<String>,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(crate = ::framework::jwt)]
async fn plain(#[claims] user: User) -> String {
    format!("{} {} {:?}", user.sub, user.exp, user.nickname)
}

#[jwt_required(crate = ::framework::jwt, all_scopes("orders:read"), require = |user: &User| user.sub != "eve", state = JwtAuth)]
async fn conditions(#[claims] user: User) -> String {
    user.scope.to_string()
}

#[fresh_jwt_required(crate = ::framework::jwt)]
async fn hidden() {}

#[refresh_required(crate = ::framework::jwt)]
async fn refresh(#[token] token: RefreshToken<User>) -> String {
    token.sub.clone()
}

struct Api;

#[jwt_required(crate = ::framework::jwt, claims = User, all_scopes("orders:read"))]
impl Api {
    async fn block() {}

    #[framework::jwt::public]
    async fn open() {}
}

#[jwt_required(crate = ::framework::jwt, all_scopes("orders:read"))]
mod orders {
    use super::User;

    #[framework::jwt::fresh_jwt_required(max_age = "5m")]
    pub(super) async fn purge(#[claims] user: User) -> String {
        user.sub
    }
}

/// All of them.
pub fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/reexported/plain", get(plain))
        .route("/reexported/conditions", get(conditions))
        .route("/reexported/hidden", get(hidden))
        .route("/reexported/refresh", get(refresh))
        .route("/reexported/block", get(Api::block))
        .route("/reexported/open", get(Api::open))
        .route("/reexported/purge", get(orders::purge))
}
