//! A crate that knows the runtime by another name, and hands it on.
#![deny(warnings, missing_docs)]

use auth::{
    fresh_jwt_required, jwt_required, refresh_required, Claims, JwtAuth, NumericDate, RefreshToken,
    Scopes,
};
use axum::routing::get;
use axum::Router;

/// The runtime, for crates that depend on this one alone.
pub use auth as jwt;

/// Who is asking.
#[derive(Clone, Debug, Claims)]
#[claims(crate = ::auth)]
pub struct User {
    sub: String,
    exp: NumericDate,
    nickname: Option<String>,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(crate = ::auth)]
async fn plain(#[claims] user: User) -> String {
    format!("{} {} {:?}", user.sub, user.exp, user.nickname)
}

#[jwt_required(crate = ::auth, all_scopes("orders:read"), require = |user: &User| user.sub != "eve", state = JwtAuth)]
async fn conditions(#[claims] user: User) -> String {
    user.scope.to_string()
}

#[fresh_jwt_required(crate = ::auth)]
async fn hidden() {}

#[refresh_required(crate = ::auth)]
async fn refresh(#[token] token: RefreshToken<User>) -> String {
    token.sub.clone()
}

struct Api;

#[jwt_required(crate = ::auth, claims = User, all_scopes("orders:read"))]
impl Api {
    async fn block() {}

    #[auth::public]
    async fn open() {}
}

#[jwt_required(crate = ::auth, all_scopes("orders:read"))]
mod orders {
    use super::User;

    #[auth::fresh_jwt_required(max_age = "5m")]
    pub(super) async fn purge(#[claims] user: User) -> String {
        user.sub
    }
}

/// All of them.
pub fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/renamed/plain", get(plain))
        .route("/renamed/conditions", get(conditions))
        .route("/renamed/hidden", get(hidden))
        .route("/renamed/refresh", get(refresh))
        .route("/renamed/block", get(Api::block))
        .route("/renamed/open", get(Api::open))
        .route("/renamed/purge", get(orders::purge))
}
