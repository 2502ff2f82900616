use axum::Router;
use axum::http::Method;
use axum::routing::get;
use jwt_runtime::{JwtAuth, jwt_required};

#[jwt_required]
#[rustfmt::skip]
async fn handler(
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
) {
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
