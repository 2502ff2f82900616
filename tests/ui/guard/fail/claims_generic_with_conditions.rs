use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, HasScopes, JwtAuth, Scopes, jwt_required};

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

#[jwt_required(all_scopes("orders:read"))]
async fn handler<C: Claims + HasScopes>(#[claims] _user: C) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler::<User>));
}
