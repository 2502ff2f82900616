use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(non_empty = true)]
    name: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
