use axum::Router;
use axum::routing::get;
use jwt_runtime::{AccessToken, Claims, JwtAuth, refresh_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[refresh_required]
async fn handler(#[token] old: AccessToken<User>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
