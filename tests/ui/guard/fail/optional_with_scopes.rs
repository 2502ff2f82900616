use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(optional, all_scopes("orders:write"))]
async fn handler(#[claims] _user: Option<User>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
