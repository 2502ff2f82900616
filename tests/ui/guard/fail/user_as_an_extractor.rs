use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, Jwt, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
async fn handler(#[user] _user: Jwt<User>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
