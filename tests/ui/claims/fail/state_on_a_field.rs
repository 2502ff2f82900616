use jwt_runtime::Claims;

struct AppState;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(state = AppState)]
    region: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
