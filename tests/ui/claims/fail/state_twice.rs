use jwt_runtime::Claims;

struct AppState;

#[derive(Claims)]
#[claims(state = AppState, state = AppState)]
struct User {
    sub: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
