use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

macro_rules! handlers {
    ($($name:ident),*) => {
        $(async fn $name() {})*
    };
}

#[jwt_required]
mod api {
    use super::User;

    handlers!(list, create);

    async fn handler(#[claims] _user: User) {}
}

fn main() {}
