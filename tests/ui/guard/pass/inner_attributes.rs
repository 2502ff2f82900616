use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(all_scopes("orders:read"))]
async fn handler(#[claims] user: User) -> String {
    #![allow(unused_variables)]
    //! Inner documentation.
    let unused = user.scope;
    user.sub
}

#[jwt_required]
async fn hidden() -> impl axum::response::IntoResponse {
    #![allow(clippy::let_and_return)]
    let answer = "hello";
    answer
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler).post(hidden));
}
