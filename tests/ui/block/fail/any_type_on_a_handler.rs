use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[jwt_required(all_scopes("a"))]
impl Api {
    #[jwt_required(any_type)]
    async fn handler(#[claims] _user: User) {}
}

fn main() {}
