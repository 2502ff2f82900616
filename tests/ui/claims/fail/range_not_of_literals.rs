use jwt_runtime::Claims;

const MOST: u8 = 10;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(range(1..=MOST))]
    level: u8,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
