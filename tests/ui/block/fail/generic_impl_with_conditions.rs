use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api<T>(T);

#[jwt_required(all_scopes("a"))]
impl<T> Api<T> {
    async fn read(#[claims] _user: User) {}

    async fn write(#[claims] _user: User) {}
}

fn main() {}
