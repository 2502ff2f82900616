//! The side that faces axum, and the only one that knows it.

mod admit;
mod around;
pub(crate) mod authorize;
mod cookies;
mod extract;
pub(crate) mod guard;
mod layer;
#[cfg(feature = "utoipa")]
mod openapi;
mod refusal_form;
pub(crate) mod rejection;
mod response;
mod same_origin;
mod secure;
pub(crate) mod state;
pub(crate) mod user;

pub use around::{JwtLayer, JwtService};
pub use extract::{AnyJwt, FreshJwt, Jwt, RefreshJwt};
pub use layer::{
    RequireAccess, RequireAnyType, RequireFresh, RequireRefresh, RequireToken, ScopeOnly,
    TokenRequired,
};
pub use refusal_form::RefusalForm;
pub use same_origin::SameOrigin;
pub use secure::{Route, SecureRouter};
pub use state::{AuthState, Authority};
pub use user::LoadUser;
