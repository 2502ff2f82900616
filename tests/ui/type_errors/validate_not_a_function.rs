use jwt_runtime::Claims;

const REGIONS: [&str; 2] = ["eu", "us"];

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(validate = REGIONS)]
    region: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
