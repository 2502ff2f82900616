use jwt_runtime::Claims;

type Alias = u8;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(range(1..=256))]
    claim: Alias,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
