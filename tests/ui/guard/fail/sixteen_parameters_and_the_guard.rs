use axum::http::Method;
use jwt_runtime::jwt_required;

#[jwt_required]
#[rustfmt::skip]
async fn handler(
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
) {
}

fn main() {}
