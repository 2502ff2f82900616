use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, fresh_jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[fresh_jwt_required(max_age = "5M")]
async fn handler(#[claims] _user: User) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
