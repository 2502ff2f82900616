use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

macro_rules! guarded {
    ($condition:expr) => {
        #[jwt_required(require = $condition)]
        async fn handler(#[claims] _user: User) {}
    };
}

guarded!(is_admin("alice"));

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
