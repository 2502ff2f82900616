use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

trait Handlers {
    async fn handler(_user: User);
}

#[jwt_required]
impl Handlers for Api {
    async fn handler(#[claims] _user: User) {}
}

fn main() {}
