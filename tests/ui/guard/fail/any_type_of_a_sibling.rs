use axum::Router;
use axum::routing::post;
use jwt_runtime::{JwtAuth, Registered, fresh_jwt_required};

#[fresh_jwt_required(any_type)]
async fn handler(#[claims] _token: Registered) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", post(handler));
}
