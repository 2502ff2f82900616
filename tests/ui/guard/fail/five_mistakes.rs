use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, fresh_jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[fresh_jwt_required(max_age = "0s", all_scopes("orders write"), isuer = "https://auth.example.com")]
fn handler(#[claims] _user: &User) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
