use jwt_runtime::Claims;

type Alias = String;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(range(1..=10))]
    claim: Alias,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
