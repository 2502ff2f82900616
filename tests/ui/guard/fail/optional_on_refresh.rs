use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, RefreshToken, refresh_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[refresh_required(optional)]
async fn handler(#[token] _old: Option<RefreshToken<User>>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
