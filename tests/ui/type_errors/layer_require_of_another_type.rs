use jwt_runtime::{Claims, JwtAuth};

#[derive(Claims)]
struct User {
    sub: String,
}

fn layer(auth: &JwtAuth) {
    let _ = auth.require_access().require(|user: &User| user.sub == "bob");
    let _ = auth.require_access().claims::<User>().require(|user: &String| user == "bob");
}

fn main() {}
