use jwt_runtime::{JwtAuth, SecureRouter, jwt_required};

struct NotAnExtractor;

#[jwt_required]
async fn me(_: NotAnExtractor) {}

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/me", me);
}
