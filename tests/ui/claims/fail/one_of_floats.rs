use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(one_of(0.5, 1.0))]
    share: f64,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
