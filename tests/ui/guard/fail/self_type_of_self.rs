use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

struct Api;

impl Api {
    #[jwt_required(self_type = Self, issuer = "https://auth.example.com")]
    async fn handler(#[claims] _user: User) {}
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(Api::handler));
}
