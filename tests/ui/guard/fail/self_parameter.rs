use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

struct Api;

impl Api {
    #[jwt_required]
    async fn handler(&self, #[claims] _user: User) {}
}

fn main() {}
