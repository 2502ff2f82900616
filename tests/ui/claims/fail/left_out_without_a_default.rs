use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[serde(skip_serializing)]
    theme: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
