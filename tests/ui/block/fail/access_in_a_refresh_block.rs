use jwt_runtime::{Claims, Scopes, fresh_jwt_required, refresh_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[refresh_required]
impl Api {
    #[fresh_jwt_required]
    async fn handler(#[claims] _user: User) {}
}

fn main() {}
