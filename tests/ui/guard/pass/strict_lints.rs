//! The macros cause no warning, however many are asked for.
#![deny(warnings)]
#![deny(
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    non_camel_case_types,
    non_upper_case_globals,
    non_local_definitions,
    private_interfaces,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    single_use_lifetimes,
    trivial_casts,
    unit_bindings,
    let_underscore_drop,
    elided_lifetimes_in_paths,
    rust_2018_idioms
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
// A guard names the type of its `impl` block, at the place where the user named it.
#![allow(clippy::use_self)]

use axum::Router;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::routing::{get, post};
use jwt_runtime::policy::{Denied, Policy};
use jwt_runtime::{
    AuthError, Claims, JwtAuth, LoadUser, NumericDate, RefreshToken, Scope, Scopes,
    fresh_jwt_required, jwt_required, public, refresh_required,
};

/// Who is asking.
#[derive(Clone, Debug, Claims)]
#[claims(issuer = "https://auth.example.com", audience = "orders")]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The subject.
    pub sub: String,
    /// The roles.
    #[claim(roles)]
    pub roles: Vec<Role>,
    /// The scopes.
    #[claim(scopes, wildcard)]
    pub scope: Scopes,
    /// The end.
    pub exp: NumericDate,
}

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Role {
    /// May do everything.
    Admin,
}

/// A scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Scope)]
pub enum Perm {
    /// To look.
    #[scope("orders:read")]
    OrdersRead,
    /// To look, as it was called.
    #[deprecated]
    #[scope("orders")]
    Orders,
}

/// Whoever has a subject.
#[derive(Clone, Copy, Debug)]
pub struct Somebody;

impl Policy<User> for Somebody {
    fn check(&self, user: &User) -> Result<(), Denied> {
        if user.sub.is_empty() { Err(Denied::new()) } else { Ok(()) }
    }
}

/// A handler without conditions.
#[jwt_required]
pub async fn plain(#[claims] user: User) -> String {
    ready(user).await.sub
}

/// A handler with conditions.
#[jwt_required(all_scopes("a"), any_role(Role::Admin), require = |user: &User| !user.sub.is_empty(), state = JwtAuth)]
pub async fn conditions(#[claims] user: User, Path(id): Path<u64>) -> String {
    ready(format!("{} {id}", user.sub)).await
}

/// A handler with scopes of a type and named policies.
#[jwt_required(any_scope(Perm::OrdersRead, "a"), policy = all(Somebody, not(not(Somebody))), locations(header))]
pub async fn policies(#[claims] user: User) -> String {
    ready(user).await.sub
}

/// A handler with seven parameters of its own.
#[jwt_required(claims = User, all_scopes("a"))]
pub async fn seven(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {
    ready(()).await;
}

#[fresh_jwt_required(max_age = "5m")]
async fn private(#[claims] user: User) -> String {
    ready(user.sub).await
}

#[refresh_required]
async fn refresh(#[token] old: RefreshToken<User>, State(auth): State<JwtAuth>) {
    drop(ready((old, auth)).await);
}

/// A user of the application's.
#[derive(Clone, Copy, Debug)]
pub struct Account;

impl LoadUser for Account {
    type Claims = User;
    type State = JwtAuth;
    type Error = AuthError;

    async fn load(_: &User, _: &JwtAuth) -> Result<Option<Self>, AuthError> {
        ready(Ok(Some(Self))).await
    }
}

/// A handler with a user.
#[jwt_required(state = JwtAuth)]
pub async fn account(#[user] account: Account, #[claims] user: User) {
    ready((account, user)).await.1.scope.to_string().clear();
}

/// A handler that somebody decides about.
#[jwt_required(authorize = decides, state = JwtAuth)]
pub async fn authorized(#[user] account: Account) -> String {
    format!("{:?}", ready(account).await)
}

async fn decides(user: &User, Path(id): Path<u64>, State(auth): State<JwtAuth>) -> bool {
    drop(auth);
    ready(id == 1 && !user.sub.is_empty()).await
}

/// A type with handlers.
#[derive(Clone, Copy, Debug)]
pub struct Api;

impl Api {
    /// An associated handler.
    #[jwt_required(self_type = Api, all_scopes("a"), state = JwtAuth)]
    pub async fn handler(#[claims] user: User) -> String {
        ready(user.sub).await
    }

    /// Another one.
    #[jwt_required(self_type = Api, authorize = decides, state = JwtAuth)]
    pub async fn authorized(#[claims] user: User, #[user] _account: Account) -> String {
        ready(user.sub).await
    }
}

/// Its handlers are guarded together.
#[jwt_required(claims = User, all_scopes("a"), state = JwtAuth)]
impl Shop {
    /// Nobody thought of its guard.
    pub async fn list() {
        ready(()).await;
    }

    /// Asks for more.
    #[fresh_jwt_required(max_age = "5m", any_role(Role::Admin))]
    pub async fn purge(#[claims] user: User, State(_): State<JwtAuth>) -> String {
        ready(user).await.sub
    }

    /// Everybody may come.
    #[public]
    pub async fn health() -> &'static str {
        ready("ok").await
    }

    /// Not a handler.
    #[must_use]
    pub const fn size(self) -> usize {
        1
    }
}

/// A type with guarded handlers.
#[derive(Clone, Copy, Debug)]
pub struct Shop;

/// Guarded as a whole.
#[jwt_required(any_role(Role::Admin))]
pub mod admin {
    use super::{Role, User, jwt_required, public, ready};

    /// Asks for more.
    #[jwt_required(all_scopes("a"))]
    pub async fn statistics(#[claims] user: User) -> String {
        ready(user.sub).await
    }

    /// Everybody may come.
    #[public]
    pub async fn help() {
        ready(()).await;
    }
}

pub mod inner {
    //! A module.

    use super::{Role, User, jwt_required, ready};

    /// A handler within.
    #[jwt_required(any_role(Role::Admin))]
    pub async fn handler(#[claims] user: User) -> String {
        ready(user.sub).await
    }
}

async fn ready<T>(value: T) -> T {
    std::future::ready(value).await
}

/// Routes them all.
pub fn main() {
    drop(
        Router::<JwtAuth>::new()
            .route("/plain", get(plain).post(private))
            .route("/policies", get(policies))
            .route("/conditions/{id}", get(conditions))
            .route("/seven", get(seven))
            .route("/account", get(account).post(authorized).put(Api::authorized))
            .route("/refresh", post(refresh))
            .route("/api", get(Api::handler).post(inner::handler))
            .route("/shop", get(Shop::list).delete(Shop::purge).head(Shop::health))
            .route("/admin", get(admin::statistics).post(admin::help)),
    );
}
