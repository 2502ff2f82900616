use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    #[serde(skip_serializing)]
    sub: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
