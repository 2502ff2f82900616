use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[serde(rename(serialize = "client-secret"))]
    client: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
