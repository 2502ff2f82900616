//! The expansion names nothing that the user's modules could stand in for.
#![allow(dead_code)]

use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, Scopes};

mod core {}
mod std {}
mod serde {}
mod jwt_runtime_private {}

mod handlers {
    struct Ok;
    struct Err;
    struct Some;
    struct None;
    struct Guarded;
    struct Guard;
    struct Rules;
    struct Denied;
    trait Send {}
    trait Sync {}
    trait Claims {}
    type Result<T> = ::core::result::Result<T, ()>;

    #[derive(jwt_runtime::Claims)]
    #[claims(issuer = "https://auth.example.com", leeway = "30s")]
    pub struct User {
        sub: String,
        #[claim(scopes)]
        scope: super::Scopes,
    }

    #[jwt_runtime::jwt_required(all_scopes("orders:read"), require = |claims| claims.sub != "")]
    pub async fn handler(#[claims] claims: User) -> String {
        let __jwt_guard_handler = claims.sub;
        __jwt_guard_handler
    }
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handlers::handler));
}
