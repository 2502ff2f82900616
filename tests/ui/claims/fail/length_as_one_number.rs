use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(length(5))]
    name: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
