use jwt_runtime::Claims;

#[derive(Claims)]
#[claims(leeway = 30)]
struct User {
    sub: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
