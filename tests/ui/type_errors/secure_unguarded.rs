use jwt_runtime::{JwtAuth, SecureRouter, jwt_required};

#[jwt_required]
async fn me() {}

async fn forgotten() {}

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/me", me).post("/me", forgotten);
}
