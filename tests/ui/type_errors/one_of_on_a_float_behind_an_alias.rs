use jwt_runtime::Claims;

type Alias = f64;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of(1, 2))]
    claim: Alias,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
