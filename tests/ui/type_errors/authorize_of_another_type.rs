use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

async fn owns_order(_: &Order) -> bool {
    true
}

struct Order;

#[jwt_required(authorize = owns_order)]
async fn handler(#[claims] _user: User) {}

fn main() {}
