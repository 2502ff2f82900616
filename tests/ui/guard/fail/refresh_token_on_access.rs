use jwt_runtime::{Claims, RefreshToken, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required(optional)]
async fn handler(#[token] _old: Option<RefreshToken<User>>) {}

fn main() {}
