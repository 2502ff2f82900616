use jwt_runtime::Claims;

async fn is_region(region: &str) -> bool {
    region == "eu"
}

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(validate = is_region)]
    region: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
