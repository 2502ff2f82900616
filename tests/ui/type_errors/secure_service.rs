use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use jwt_runtime::{JwtAuth, SecureRouter};
use tower::service_fn;

async fn answer(_: Request) -> Result<Response, Infallible> {
    Ok(Response::new(Body::empty()))
}

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/secret", service_fn(answer));
}
