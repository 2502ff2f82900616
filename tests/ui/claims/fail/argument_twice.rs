use jwt_runtime::Claims;

#[derive(Claims)]
#[claims(issuer = "one")]
#[claims(issuer = "two")]
struct User {
    sub: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
