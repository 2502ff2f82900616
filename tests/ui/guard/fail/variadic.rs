use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
async unsafe extern "C" fn handler(#[claims] _user: User, _: ...) {}

fn main() {}
