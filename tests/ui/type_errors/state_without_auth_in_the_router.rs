use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required]
async fn handler(#[claims] _user: User) {}

#[derive(Clone)]
struct AppState;

fn main() {
    let _: Router = Router::new().route("/", get(handler)).with_state(AppState);
}
