use jwt_runtime::{Jwt, JwtAuth, Registered, SecureRouter};

async fn anybody(_: Option<Jwt<Registered>>) {}

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/anybody", anybody);
}
