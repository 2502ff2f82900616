use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(range(0..=1))]
    active: bool,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
