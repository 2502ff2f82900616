use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of(16, 0x10))]
    level: u8,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
