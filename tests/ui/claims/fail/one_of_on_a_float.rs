use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of(1, 2))]
    share: f64,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
