use jwt_runtime::Claims;

#[derive(Claims)]
union User {
    id: u64,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
