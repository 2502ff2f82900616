use jwt_runtime::{AuthError, Jwt, JwtAuth, Registered, SecureRouter};

async fn anybody(_: Result<Jwt<Registered>, AuthError>) {}

fn main() {
    let _ = SecureRouter::<JwtAuth>::new().get("/anybody", anybody);
}
