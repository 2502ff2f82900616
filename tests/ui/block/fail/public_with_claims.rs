use jwt_runtime::{Claims, Scopes, jwt_required, public};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[jwt_required]
impl Api {
    #[public]
    async fn handler(#[claims] _user: User) {}
}

fn main() {}
