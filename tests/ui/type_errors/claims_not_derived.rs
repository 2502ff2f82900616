use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, jwt_required};

#[jwt_required]
async fn handler(#[claims] _user: Profile) {}

struct Profile;

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
}
