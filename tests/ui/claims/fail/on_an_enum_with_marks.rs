use jwt_runtime::Claims;

#[derive(Claims)]
enum User {
    #[claim(roles)]
    Admin {
        #[claim(sub, range(1..=10))]
        id: u8,
    },
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
