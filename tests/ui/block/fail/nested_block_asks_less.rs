use jwt_runtime::{Claims, Scopes, fresh_jwt_required, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[fresh_jwt_required]
mod account {
    use super::{User, jwt_required};

    #[jwt_required(optional, skip_revocation)]
    mod settings {
        use super::User;

        async fn handler(#[claims] _user: User) {}
    }
}

fn main() {}
