use jwt_runtime::Claims;

fn is_level(level: &u8) -> bool {
    *level < 10
}

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(validate = is_level)]
    region: Option<String>,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
