use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of())]
    region: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
