use axum::Router;
use axum::http::Method;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
#[rustfmt::skip]
async fn handler(
    #[claims] _user: User,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
) {
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
