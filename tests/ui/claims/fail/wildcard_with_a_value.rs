use jwt_runtime::{Claims, Scopes};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes, wildcard = true)]
    scope: Scopes,
}

fn main() {}
