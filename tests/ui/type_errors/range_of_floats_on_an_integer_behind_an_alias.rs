use jwt_runtime::Claims;

type Alias = u8;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(range(0.5..=1.5))]
    claim: Alias,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
