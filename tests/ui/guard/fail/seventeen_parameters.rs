use axum::http::Method;
use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
#[rustfmt::skip]
async fn handler(
    #[claims] user: User,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
) {
}

fn main() {}
