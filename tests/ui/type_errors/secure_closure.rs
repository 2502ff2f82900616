use axum::extract::State;
use jwt_runtime::{JwtAuth, SecureRouter};

fn main() {
    let _ = SecureRouter::<JwtAuth>::new()
        .get("/nothing", async || "secret")
        .get("/state", |State(_): State<JwtAuth>| async { "secret" });
}
