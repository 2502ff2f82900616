use jwt_runtime::{Claims, Scopes, fresh_jwt_required, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[fresh_jwt_required]
impl Api {
    #[jwt_required(all_scopes("a"))]
    async fn handler(#[claims] _user: User) {}
}

fn main() {}
