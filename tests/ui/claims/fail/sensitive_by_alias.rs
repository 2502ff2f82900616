use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[serde(alias = "access_token")]
    grant: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
