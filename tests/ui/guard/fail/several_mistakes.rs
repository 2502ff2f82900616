use axum::Router;
use axum::routing::get;
use jwt_runtime::{AccessToken, Claims, JwtAuth, Scopes, jwt_required};

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

#[jwt_required(any_rol(Role::Admin), optional, all_scopes("a b", "c", "c"), max_age = "5m")]
fn handler(#[claims(user)] _user: User, #[token] _token: AccessToken<User>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
