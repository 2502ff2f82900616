use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required, public};
use tracing::instrument;

#[derive(Debug, Claims)]
pub struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

#[allow(clippy::unused_async)]
#[jwt_required(all_scopes("a"))]
#[cfg(not(test))]
#[rustfmt::skip]
impl Api {
    #[instrument(fields(sub = %user.sub))]
    async fn instrument(#[claims] user: User) -> String {
        user.sub
    }

    #[cfg(test)]
    async fn conditional(#[claims] user: NoSuchType) {}

    #[cfg(not(test))]
    #[deprecated]
    async fn conditional(#[claims] user: User) -> String {
        user.scope.to_string()
    }
}

#[jwt_required(all_scopes("a"), claims = User)]
mod handlers {
    use super::*;

    #[axum::debug_handler(state = JwtAuth)]
    pub async fn debug_handler(#[claims] user: User, State(_): State<JwtAuth>) -> String {
        user.sub
    }

    #[axum::debug_handler(state = JwtAuth)]
    #[jwt_required(all_scopes("b"))]
    pub async fn debug_handler_above_a_guard(#[claims] user: User) -> String {
        user.sub
    }

    #[utoipa::path(get, path = "/orders/{id}", params(("id" = u64, Path)))]
    pub async fn utoipa(Path(id): Path<u64>) -> String {
        id.to_string()
    }

    #[public]
    #[instrument]
    #[axum::debug_handler]
    pub async fn open() {}
}

/// Neither the handlers nor the names of their attributes are there.
#[jwt_required]
#[allow(dead_code)]
mod conditional {
    #[cfg(test)]
    use no_such_crate::public;

    struct Api;

    #[cfg(test)]
    impl Api {
        #[public]
        async fn open() {}
    }

    async fn handler() {}
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(handlers::utoipa))]
struct Documentation;

#[allow(deprecated)]
fn main() {
    let _ = Router::<JwtAuth>::new()
        .route("/a", get(Api::instrument).post(Api::conditional))
        .route("/b", get(handlers::debug_handler).post(handlers::debug_handler_above_a_guard))
        .route("/c/{id}", get(handlers::utoipa))
        .route("/d", get(handlers::open));
    let documentation = <Documentation as utoipa::OpenApi>::openapi();
    assert_eq!(documentation.paths.paths.len(), 1);
}
