use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[serde(rename(deserialize = "exp"))]
    expires: u64,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
