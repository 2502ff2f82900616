use jwt_runtime::{Claims, Scopes};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(wildcard)]
    scope: Scopes,
}

fn main() {}
