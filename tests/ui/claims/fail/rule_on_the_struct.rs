use jwt_runtime::Claims;

#[derive(Claims)]
#[claims(range(1..=10))]
struct User {
    sub: String,
    level: u8,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
