use jwt_runtime::{Claims, Scopes, fresh_jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[fresh_jwt_required(max_age = "5m")]
impl Api {
    #[fresh_jwt_required(max_age = "1h")]
    async fn handler(#[claims] _user: User) {}
}

fn main() {}
