use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    region: String,
    #[claim(roles)]
    roles: Vec<Role>,
    #[claim(scopes)]
    scope: Scopes,
}

#[derive(PartialEq, serde::Serialize, serde::Deserialize)]
enum Role {
    Admin,
    Seller,
}

#[jwt_required(all_roles(#[cfg(any())] Role::Admin))]
async fn handler(#[claims] _user: User) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
