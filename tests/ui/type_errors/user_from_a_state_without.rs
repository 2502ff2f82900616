use jwt_runtime::{AuthError, Claims, JwtAuth, LoadUser, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

struct Account;

impl LoadUser for Account {
    type Claims = User;
    type State = Db;
    type Error = AuthError;

    async fn load(_: &User, _: &Db) -> Result<Option<Self>, AuthError> {
        Ok(None)
    }
}

#[derive(Clone)]
struct Db;

#[jwt_required(state = JwtAuth)]
async fn handler(#[user] _account: Account) {}

fn main() {}
