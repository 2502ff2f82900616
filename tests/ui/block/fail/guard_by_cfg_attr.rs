use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[jwt_required]
impl Api {
    #[cfg_attr(not(test), jwt_required(all_scopes("a")))]
    async fn handler(#[claims] _user: User) {}
}

fn main() {}
