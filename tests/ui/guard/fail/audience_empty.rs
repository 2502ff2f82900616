use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, jwt_required};

#[jwt_required(audience("orders", ""))]
async fn handler() {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
