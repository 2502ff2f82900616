use jwt_runtime::{Claims, JwtAuth};

#[derive(Claims)]
struct User {
    sub: String,
}

fn layer(auth: &JwtAuth) {
    let _ = auth.require_access().claims::<User>().all_scopes(["orders:read"]);
    let _ = auth.require_access().claims::<User>().any_scope(["orders:read"]);
}

fn main() {}
