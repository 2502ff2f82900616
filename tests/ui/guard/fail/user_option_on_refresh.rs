use axum::Router;
use axum::routing::get;
use jwt_runtime::{AuthError, Claims, JwtAuth, LoadUser, refresh_required};

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

#[refresh_required]
async fn handler(#[user] _account: Option<Account>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
