use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

trait Store: Send + Sync + 'static {
    fn name(&self) -> String;
}

struct Memory;

impl Store for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }
}

struct AppState<S> {
    auth: JwtAuth,
    store: Arc<S>,
}

impl<S> Clone for AppState<S> {
    fn clone(&self) -> Self {
        Self { auth: self.auth.clone(), store: Arc::clone(&self.store) }
    }
}

impl<S> FromRef<AppState<S>> for JwtAuth {
    fn from_ref(state: &AppState<S>) -> Self {
        state.auth.clone()
    }
}

#[jwt_required(all_scopes("orders:read"))]
async fn store<S>(#[claims] user: User, State(state): State<AppState<S>>) -> String
where
    S: Store,
{
    format!("{} {} {}", user.sub, user.scope, state.store.name())
}

#[jwt_required]
async fn claims<C: Claims + Into<String>>(#[claims] claims: C) -> String {
    claims.into()
}

impl From<User> for String {
    fn from(user: User) -> Self {
        user.sub
    }
}

fn routes<S: Store>() -> Router<AppState<S>> {
    #[jwt_required(claims = User, any_scope("orders:read"))]
    async fn within_a_function() {}

    Router::new()
        .route("/store", get(store::<S>))
        .route("/claims", get(claims::<User>))
        .route("/within", get(within_a_function))
}

fn main() {
    let _ = routes::<Memory>();
}
