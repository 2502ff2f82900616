//! Every kind of fragment, up to whole handlers and whole attributes.

use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, fresh_jwt_required, jwt_required};

#[derive(Claims)]
pub struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
    #[claim(roles)]
    roles: Vec<Role>,
}

#[derive(PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Role {
    Admin,
}

macro_rules! guarded {
    (with $arguments:tt $handler:item) => {
        #[jwt_required $arguments]
        $handler
    };
    (by $attribute:meta, $handler:item) => {
        #[$attribute]
        $handler
    };
    ($handler:item) => {
        #[jwt_required]
        $handler
    };
}

macro_rules! handler {
    ($(#[$meta:meta])* $name:ident, $pattern:pat, $claims:path, $role:path, $issuer:literal, $age:literal, $body:expr) => {
        $(#[$meta])*
        #[fresh_jwt_required(any_role($role), issuer = $issuer, max_age = $age)]
        async fn $name(#[claims] $pattern: $claims) -> String {
            $body
        }
    };
}

macro_rules! tokens {
    ($($tokens:tt)*) => {
        $($tokens)*
    };
}

guarded! {
    /// Documented.
    pub async fn plain(#[claims] user: User) -> String {
        user.sub
    }
}

guarded! {
    with (all_scopes("a"), claims = User)
    async fn arguments() {}
}

guarded! {
    by jwt_required(all_scopes("a"), require = |user| user.sub != "eve"),
    async fn attribute(#[claims] user: User) -> String {
        user.scope.to_string()
    }
}

handler!(
    /// Documented.
    #[allow(unused_variables)]
    pieces, User { sub: name, .. }, crate::User, Role::Admin, "https://auth.example.com", "5m", "hello".to_owned()
);

tokens! {
    #[jwt_required(all_scopes("a"), any_role(Role::Admin))]
    async fn passed_on(#[claims] user: User) -> String {
        user.roles.len().to_string()
    }
}

fn main() {
    let _ = Router::<JwtAuth>::new()
        .route("/a", get(plain).post(arguments).put(attribute))
        .route("/b", get(pieces).post(passed_on));
}
