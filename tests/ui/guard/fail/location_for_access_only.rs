use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, refresh_required};

#[refresh_required(locations(header, websocket))]
async fn handler() {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
