//! The side that faces axum, and the only one that knows it.

mod extract;
pub(crate) mod guard;
mod layer;
mod response;
pub(crate) mod state;

pub use extract::{FreshJwt, Jwt, RefreshJwt};
pub use layer::{
    RequireAccess, RequireFresh, RequireRefresh, RequireToken, ScopeOnly, TokenRequired,
};
pub use state::{AuthState, Authority};
