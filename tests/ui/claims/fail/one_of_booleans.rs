use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of(true))]
    active: bool,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
