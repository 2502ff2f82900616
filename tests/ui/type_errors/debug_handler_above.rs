use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[axum::debug_handler(state = JwtAuth)]
#[jwt_required]
async fn handler(#[claims] user: User) {}

fn main() {}
