use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[jwt_required]
impl Api {
    fn helper(user: User) -> String {
        user.sub
    }
}

fn main() {}
