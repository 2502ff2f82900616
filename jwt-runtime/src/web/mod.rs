//! The side that faces axum, and the only one that knows it.

pub(crate) mod authorize;
mod extract;
pub(crate) mod guard;
mod layer;
pub(crate) mod rejection;
mod response;
mod secure;
pub(crate) mod state;
pub(crate) mod user;

pub use extract::{FreshJwt, Jwt, RefreshJwt};
pub use layer::{
    RequireAccess, RequireFresh, RequireRefresh, RequireToken, ScopeOnly, TokenRequired,
};
pub use secure::{Route, SecureRouter};
pub use state::{AuthState, Authority};
pub use user::LoadUser;
