use jwt_runtime::Claims;

#[derive(Claims)]
enum User {
    Known,
    Guest,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
