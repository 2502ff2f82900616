use axum::Router;
use axum::http::Method;
use axum::routing::get;
use jwt_runtime::{AuthError, Claims, JwtAuth, LoadUser, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(all_scopes("orders:read"))]
#[rustfmt::skip]
async fn with_claims(
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    #[claims] user: User,
    body: String,
) -> String {
    user.sub + &user.scope.to_string() + &body
}

#[jwt_required(claims = User)]
#[rustfmt::skip]
async fn hidden(
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
) {
}

struct Account;

impl LoadUser for Account {
    type Claims = User;
    type State = JwtAuth;
    type Error = AuthError;

    async fn load(_: &User, _: &JwtAuth) -> Result<Option<Self>, AuthError> {
        Ok(Some(Self))
    }
}

/// The claims and the user are one of the sixteen.
#[jwt_required]
#[rustfmt::skip]
async fn with_a_user(
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    _: Method, _: Method, _: Method, _: Method, _: Method, _: Method,
    #[claims] user: User,
    #[user] _account: Account,
    body: String,
) -> String {
    user.sub + &body
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(with_claims).post(hidden).put(with_a_user));
}
