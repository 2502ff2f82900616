use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(length(1..=36))]
    jti: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
