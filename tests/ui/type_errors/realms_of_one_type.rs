use axum::extract::FromRef;
use jwt_runtime::JwtAuth;

#[derive(Clone, FromRef)]
struct Site {
    users: JwtAuth,
    admins: JwtAuth,
}

fn main() {}
