use jwt_runtime::Claims;

#[derive(Claims)]
#[claim(issuer = "https://auth.example.com")]
struct User {
    sub: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
