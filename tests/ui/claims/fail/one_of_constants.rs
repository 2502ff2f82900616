use jwt_runtime::Claims;

const EU: &str = "eu";

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of(EU))]
    region: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
