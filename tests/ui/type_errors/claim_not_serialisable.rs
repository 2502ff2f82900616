use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    team: Team,
}

struct Team;

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
