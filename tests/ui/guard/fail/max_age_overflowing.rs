use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, fresh_jwt_required};

#[fresh_jwt_required(max_age = "18446744073709551616s")]
async fn handler() {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
