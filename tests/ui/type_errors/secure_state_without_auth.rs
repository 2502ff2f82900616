use jwt_runtime::{SecureRouter, jwt_required};

#[derive(Clone)]
struct AppState;

#[jwt_required]
async fn me() {}

fn main() {
    let _ = SecureRouter::<AppState>::new().get("/me", me);
}
