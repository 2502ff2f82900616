use jwt_runtime::Claims;

fn region_of(region: &str) -> Option<&str> {
    region.get(..2)
}

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(validate = region_of)]
    region: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
