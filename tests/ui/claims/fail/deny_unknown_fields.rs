use jwt_runtime::Claims;

#[derive(Claims)]
#[serde(deny_unknown_fields)]
struct User {
    sub: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
