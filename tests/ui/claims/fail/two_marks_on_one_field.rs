use jwt_runtime::{Claims, Scopes};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes, roles)]
    scope: Scopes,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
