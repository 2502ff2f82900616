use axum::http::Uri;
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

#[jwt_required]
async fn handler(
    #[claims] _user: User,
    #[user] _account: Account,
    _01: Uri,
    _02: Uri,
    _03: Uri,
    _04: Uri,
    _05: Uri,
    _06: Uri,
    _07: Uri,
    _08: Uri,
    _09: Uri,
    _10: Uri,
    _11: Uri,
    _12: Uri,
    _13: Uri,
    _14: Uri,
    _15: Uri,
    _16: Uri,
) {
}

fn main() {}
