use axum::Router;
use axum::http::Method;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(all_scopes("orders:read"))]
#[rustfmt::skip]
async fn with_claims(
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    #[claims] user: User,
    body: String,
) -> String {
    user.sub + &user.scope.to_string() + &body
}

#[jwt_required(claims = User)]
#[rustfmt::skip]
async fn hidden(
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
) {
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(with_claims).post(hidden));
}
