use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[jwt_required(claims = User, issuer = "a", audience = "a", auth = jwt_runtime::JwtAuth, skip_revocation, state = jwt_runtime::JwtAuth)]
impl Api {
    #[jwt_required(claims = User, issuer = "a", audience("b"), auth = jwt_runtime::JwtAuth, state = jwt_runtime::JwtAuth, skip_revocation)]
    async fn handler() {}
}

fn main() {}
