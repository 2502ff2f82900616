//! What is called a test is there in tests only: it has no guard.

use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, jwt_required};

#[jwt_required]
mod api {
    pub async fn handler() {}

    #[jwt_attributes::test]
    pub async fn half_of_the_users() {}
}

fn main() {
    let _: Router<JwtAuth> = Router::new()
        .route("/", get(api::handler))
        .route("/new", get(api::half_of_the_users));
}
