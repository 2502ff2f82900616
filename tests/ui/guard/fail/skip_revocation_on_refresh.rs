use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, RefreshToken, refresh_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[refresh_required(skip_revocation)]
async fn handler(#[token] _old: RefreshToken<User>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
