use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required(any_role(Role::Admin, Role::Seller))]
async fn handler(#[claims] _user: User) {}

enum Role {
    Admin,
    Seller,
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
