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
    struct Option;
    struct String;
    struct Vec;
    struct Box;
    struct Default;
    struct From;
    struct Into;
    trait Copy {}
    trait Clone {}
    trait Sized {}
    trait Iterator {}
    trait FromRequestParts {}
    mod axum {}
    mod jwt_macros {}
    trait Send {}
    trait Sync {}
    trait Claims {}
    type Result<T> = ::core::result::Result<T, ()>;

    #[derive(jwt_runtime::Claims)]
    #[claims(issuer = "https://auth.example.com", leeway = "30s")]
    pub struct User {
        sub: ::std::string::String,
        #[claim(scopes)]
        scope: super::Scopes,
    }

    #[jwt_runtime::jwt_required(all_scopes("orders:read"), require = |claims| claims.sub != "")]
    pub async fn handler(#[claims] claims: User) -> ::std::string::String {
        let __jwt_guard_handler = claims.sub;
        __jwt_guard_handler
    }

    pub struct Api;

    #[jwt_runtime::jwt_required(claims = User, all_scopes("orders:read"), state = super::JwtAuth)]
    impl Api {
        pub async fn block() {}

        #[jwt_runtime::fresh_jwt_required(max_age = "5m", audience = "a")]
        pub async fn tightened(#[claims] _user: User) {}
    }
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handlers::handler));
    let _ = Router::<JwtAuth>::new()
        .route("/", get(handlers::Api::block).post(handlers::Api::tightened));
}
