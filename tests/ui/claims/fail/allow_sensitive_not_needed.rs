use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(allow_sensitive = "only a region")]
    region: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
