use jwt_runtime::{Claims, RefreshToken, Scopes, fresh_jwt_required, jwt_required, public};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[jwt_required(all_scope("a b"), issuer = "")]
impl Api {
    async fn first(#[claims] _user: Option<User>) {}

    #[fresh_jwt_required(max_age = "0s")]
    async fn second(#[claims] _user: &User) {}

    #[public]
    async fn third(#[claims] _user: User) {}

    async fn fourth(#[token] _token: RefreshToken<User>) {}

    #[jwt_required(optional)]
    async fn fifth(&self) {}
}

fn main() {}
