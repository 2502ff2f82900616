//! One route per guard, and what a service has around them.

pub mod guarded;
pub mod plain;
pub mod session;

use axum::Router;
use jwt_runtime::JwtAuth;

/// Every route of the tests' usual server.
pub fn all() -> Router<JwtAuth> {
    Router::new().merge(session::routes()).merge(guarded::routes()).merge(plain::routes())
}
