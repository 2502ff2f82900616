use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(range(1..))]
    #[claim(range(..=10))]
    level: u8,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
