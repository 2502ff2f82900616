use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[serde(rename = "p")]
    user_password: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
