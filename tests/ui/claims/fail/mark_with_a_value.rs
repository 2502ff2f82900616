use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(roles = "all")]
    roles: Vec<String>,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
