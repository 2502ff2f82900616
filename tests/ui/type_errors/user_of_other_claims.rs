use jwt_runtime::{AuthError, Claims, JwtAuth, LoadUser, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

struct Account;

impl LoadUser for Account {
    type Claims = User;
    type State = JwtAuth;
    type Error = AuthError;

    async fn load(_: &User, _: &JwtAuth) -> Result<Option<Self>, AuthError> {
        Ok(None)
    }
}

#[derive(Claims)]
struct Admin {
    sub: String,
}

#[jwt_required]
async fn handler(#[claims] _admin: Admin, #[user] _account: Account) {}

fn main() {}
