use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, SecureRouter};

async fn forgotten() {}

fn main() {
    let admin = Router::new().route("/users", get(forgotten));
    let _ = SecureRouter::<JwtAuth>::new().nest("/admin", admin);
}
