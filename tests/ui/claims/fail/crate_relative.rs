use jwt_runtime::Claims;

#[derive(Claims)]
#[claims(crate = super::jwt_runtime)]
struct User {
    sub: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
