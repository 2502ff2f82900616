use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(roles, wildcard)]
    roles: Vec<String>,
}

fn main() {}
