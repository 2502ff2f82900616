use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
async fn handler(#[user] _user: User) {}

fn main() {}
