use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(range(0..=1.5))]
    share: f64,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
