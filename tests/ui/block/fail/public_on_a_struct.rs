use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required]
mod api {
    use super::User;

    #[jwt_runtime::public]
    struct Page;

    async fn handler(#[claims] _user: User) {}
}

fn main() {}
