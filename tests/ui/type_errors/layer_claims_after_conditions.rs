use jwt_runtime::{Claims, JwtAuth};

#[derive(Claims)]
struct User {
    sub: String,
}

fn layer(auth: &JwtAuth) {
    let _ = auth.require_access().all_scopes(["orders:read"]).claims::<User>();
}

fn main() {}
