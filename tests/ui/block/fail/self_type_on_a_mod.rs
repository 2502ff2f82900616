use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(self_type = Api, all_scopes("a"))]
mod api {
    use super::User;

    struct Api;

    impl Api {
        async fn handler(#[claims] _user: User) {}
    }
}

fn main() {}
