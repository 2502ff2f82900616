use jwt_runtime::{JwtAuth, SecureRouter, jwt_required, public};

struct Api;

#[jwt_required]
impl Api {
    async fn me() {}

    #[public]
    async fn health() {}
}

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/me", Api::me).get("/health", Api::health);
}
