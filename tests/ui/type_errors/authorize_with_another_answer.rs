use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

async fn owns_order(_: &User) -> Option<u64> {
    None
}

#[jwt_required(authorize = owns_order)]
async fn handler(#[claims] _user: User) {}

fn main() {}
