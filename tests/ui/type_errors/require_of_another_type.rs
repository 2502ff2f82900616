use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required(require = |order: &Order| order.paid)]
async fn handler(#[claims] _user: User) {}

struct Order {
    paid: bool,
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
