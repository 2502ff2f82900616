use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(allow_sensitive)]
    password_epoch: u64,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
