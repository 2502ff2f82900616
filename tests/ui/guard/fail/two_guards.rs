use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, fresh_jwt_required, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
#[fresh_jwt_required]
async fn handler(#[claims] user: User) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
