use axum::Router;
use axum::routing::post;
use jwt_runtime::{JwtAuth, Registered, jwt_required};

#[jwt_required(any_type, skip_revocation)]
async fn handler(#[claims] _token: Registered) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", post(handler));
}
