use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    names: Vec<Option<&'static str>>,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
