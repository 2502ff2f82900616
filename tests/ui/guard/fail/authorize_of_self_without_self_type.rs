use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

struct Api;

impl Api {
    async fn owns_order(_: &User) -> bool {
        true
    }

    #[jwt_required(authorize = Self::owns_order)]
    async fn handler(#[claims] _user: User) {}
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(Api::handler));
}
