use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of("eu", "us"))]
    regions: Vec<String>,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
