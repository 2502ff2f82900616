use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[axum::debug_handler]
#[jwt_required]
async fn handler(#[claims] user: User, State(_): State<JwtAuth>) -> String {
    user.sub
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
