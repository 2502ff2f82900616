use jwt_runtime::Claims;

struct Profile;

#[derive(Claims)]
struct User {
    sub: String,
    profile: Profile,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
