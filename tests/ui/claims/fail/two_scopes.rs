use jwt_runtime::{Claims, Scopes};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
    #[claim(scopes)]
    more: Scopes,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
