use jwt_runtime::{JwtAuth, SecureRouter};

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/secret", "secret");
}
