use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, RefreshToken, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
async fn handler(#[token] old: RefreshToken<User>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
