use axum::Router;
use axum::routing::get;
use jwt_runtime::policy::{Denied, Policy};
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

struct AdminOnly;

impl Policy<User> for AdminOnly {
    fn check(&self, _: &User) -> Result<(), Denied> {
        Ok(())
    }
}

#[jwt_required(policy = AdminOnly, policy = AdminOnly)]
async fn handler(#[claims] _user: User) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
