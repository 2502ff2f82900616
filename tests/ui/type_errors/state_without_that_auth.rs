use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required(state = JwtAuth, auth = AdminAuth)]
async fn handler(#[claims] _user: User) {}

#[derive(Clone)]
struct AdminAuth(JwtAuth);

impl std::ops::Deref for AdminAuth {
    type Target = JwtAuth;

    fn deref(&self) -> &JwtAuth {
        &self.0
    }
}

fn main() {}
