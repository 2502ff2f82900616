use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
fn handler(#[claims] user: User) -> String {
    user.sub
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
