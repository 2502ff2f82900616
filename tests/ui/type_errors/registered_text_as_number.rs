use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    jti: u64,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
