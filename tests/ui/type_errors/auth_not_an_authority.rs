use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required(auth = AdminAuth)]
async fn handler(#[claims] _user: User) {}

#[derive(Clone)]
struct AdminAuth;

fn main() {}
