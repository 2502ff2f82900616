use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
#[axum::debug_handler(state = AppState)]
async fn handler(#[claims] _user: User) {}

#[derive(Clone)]
struct AppState;

fn main() {}
