pub mod handlers {
    use jwt_runtime::{Claims, Scopes, jwt_required};

    #[derive(Claims)]
    struct User {
        sub: String,
        #[claim(scopes)]
        scope: Scopes,
    }

    #[jwt_required(all_scopes("orders:read"))]
    pub async fn handler(#[claims] _user: User) {}
}

fn main() {}
