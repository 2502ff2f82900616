use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

async fn owns_order(_: &User) -> bool {
    true
}

#[jwt_required(authorize = owns_order)]
async fn handler() {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
