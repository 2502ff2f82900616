use axum::routing::get;
use jwt_runtime::{JwtAuth, SecureRouter, jwt_required};

#[jwt_required]
async fn me() {}

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/me", get(me));
}
