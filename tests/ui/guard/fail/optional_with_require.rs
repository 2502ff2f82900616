use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required(optional, require = |user: &User| user.sub == "alice")]
async fn handler(#[claims] _user: Option<User>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
