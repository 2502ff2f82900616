use axum::Router;
use axum::routing::post;
use jwt_runtime::{JwtAuth, Registered, jwt_required};

#[jwt_required(optional(always))]
async fn handler(#[claims] _token: Option<Registered>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", post(handler));
}
