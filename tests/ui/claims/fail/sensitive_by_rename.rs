use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[serde(rename = "apiKey")]
    key: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
