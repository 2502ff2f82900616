#![deny(unexpected_cfgs)]

use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(all_scopes("orders:read"), state = JwtAuth)]
#[cfg(test)]
async fn handler(#[claims] user: User) -> NoSuchType {}

#[jwt_required(all_scopes("orders:read"), state = JwtAuth)]
#[cfg(not(test))]
async fn handler(#[claims] user: User) -> String {
    user.scope.to_string() + &user.sub
}

#[cfg(test)]
#[jwt_required(any_scope("orders:read"))]
async fn above(#[claims] user: User) -> NoSuchType {}

#[cfg_attr(not(test), jwt_required(any_scope("orders:read")))]
async fn by_cfg_attr(#[claims] user: User) -> String {
    user.sub
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler).post(by_cfg_attr));
}
