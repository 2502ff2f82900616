use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
pub struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

macro_rules! resource {
    ($vis:vis mod $name:ident, $guard:meta, $claims:ty, $scope:literal, { $($handler:item)* }) => {
        #[jwt_required(claims = $claims, all_scopes($scope))]
        $vis mod $name {
            use super::*;

            $($handler)*

            #[$guard]
            pub async fn named(#[claims] user: $claims) -> String {
                user.sub
            }
        }
    };
}

macro_rules! guarded_impl {
    ($ty:ty { $($body:tt)* }) => {
        #[$crate::jwt_required(all_scopes("a"))]
        impl $ty { $($body)* }
    };
}

resource!(pub(crate) mod orders, jwt_required(all_scopes("c")), User, "a", {
    pub async fn list(#[claims] user: User) -> String {
        user.scope.to_string()
    }

    #[jwt_required(all_scopes("b"))]
    pub async fn create() {}
});

struct Api;

guarded_impl!(Api {
    async fn read(#[claims] user: User) -> String {
        user.sub
    }
});

fn main() {
    let _ = Router::<JwtAuth>::new()
        .route("/a", get(orders::list).post(orders::create).put(orders::named))
        .route("/b", get(Api::read));
}
