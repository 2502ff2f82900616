use jwt_runtime::Claims;

#[derive(Claims)]
#[claims(leeway = "half a minute")]
struct User {
    sub: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
