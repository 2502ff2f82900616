use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[axum::debug_handler(state = JwtAuth)]
#[jwt_required]
async fn handler(#[claims] _user: User) {}

fn main() {}
