use axum::extract::State;
use jwt_runtime::{Jwt, JwtAuth, Registered, SecureRouter};

async fn late(_: State<JwtAuth>, _: Jwt<Registered>) {}

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/late", late);
}
