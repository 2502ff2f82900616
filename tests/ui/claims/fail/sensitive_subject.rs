use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    #[claim(sub)]
    ssn: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
