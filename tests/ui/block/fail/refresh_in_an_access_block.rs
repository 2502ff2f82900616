use jwt_runtime::{Claims, RefreshToken, Scopes, jwt_required, refresh_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[jwt_required]
impl Api {
    #[refresh_required]
    async fn handler(#[token] _token: RefreshToken<User>) {}
}

fn main() {}
