use jwt_runtime::{AccessToken, Claims, refresh_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[refresh_required]
async fn handler(#[token] _old: AccessToken<User>) {}

fn main() {}
