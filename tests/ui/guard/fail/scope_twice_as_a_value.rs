use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scope, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[derive(Scope)]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
    #[scope("orders:write")]
    OrdersWrite,
}

#[jwt_required(any_scope(Perm::OrdersRead, Perm::OrdersWrite, Perm::OrdersRead))]
async fn handler(#[claims] _user: User) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
