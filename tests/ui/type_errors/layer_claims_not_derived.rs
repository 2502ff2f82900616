use jwt_runtime::JwtAuth;

struct User;

fn layer(auth: &JwtAuth) {
    let _ = auth.require_access().claims::<User>();
}

fn main() {}
