use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

macro_rules! resource {
    ($vis:vis $handler:ident, $user:ident: $claims:ty, [$($scope:literal),*], $check:expr, $body:block) => {
        #[jwt_required(all_scopes($($scope),*), require = $check, crate = $crate::reexport)]
        $vis async fn $handler(#[claims] $user: $claims) -> String $body
    };
}

macro_rules! claims_type {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(Claims)]
        #[claims(crate = $crate::reexport)]
        struct $name {
            $($field: $ty,)*
            #[claim(scopes)]
            scope: Scopes,
            #[claim(roles)]
            roles: Option<String>,
        }
    };
}

mod reexport {
    pub(crate) use jwt_runtime::__private;
}

claims_type!(User { sub: String, exp: jwt_runtime::NumericDate });

resource!(pub(crate) read, user: User, ["orders:read"], |user: &User| user.sub.len() > 3, {
    format!("{} until {}", user.sub, user.exp)
});
resource!(write, user: User, ["orders:write", "orders"], |user| user.roles.is_none(), {
    let claims = user.scope;
    claims.to_string()
});

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(read).post(write));
}
