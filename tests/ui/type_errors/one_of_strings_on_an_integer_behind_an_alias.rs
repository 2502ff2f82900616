use jwt_runtime::Claims;

type Alias = u8;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of("one", "two"))]
    claim: Alias,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
