//! Declarative JWT authentication for axum, checked by the compiler.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The crate's own tests and doc tests use its macros, which name it from outside.
#[allow(unused_extern_crates)]
extern crate self as jwt_runtime;

// L0
mod numeric_date;
mod token_type;
// L1
mod clock;
mod error;
// L2
mod claims;
mod keys;
// L3
mod store;
mod token;
// L4
mod locate;
mod param;
mod policy;
mod trace;
// L5
mod auth;
// L6
mod authenticate;
mod issue;
// L7
mod web;
#[cfg(feature = "test-util")]
pub mod testing;
// L8
#[doc(hidden)]
pub mod __private;

pub use auth::{JwtAuth, JwtAuthBuilder, JwtConfig};
pub use claims::{
    Audience, Claims, Expected, Freshness, HasRoles, HasScopes, NoClaims, RESERVED_CLAIMS,
    Registered, RoleSet, ScopeError, Scopes,
};
pub use clock::{Clock, SystemClock};
pub use error::{AuthError, ConfigError, InvalidToken, IssueError, MalformedRequest, StoreError};
pub use issue::{AccessGrant, IssueOptions, LoginOptions, TokenPair};
pub use keys::{Algorithm, AlgorithmError, CryptoBackend, SigningKey, VerifyingKey};
pub use numeric_date::NumericDate;
pub use policy::{Decision, Denied};
pub use store::{
    MemoryStore, NewSession, Rotation, RotationStep, Session, Standing, TokenRef, TokenStore,
};
#[cfg(feature = "redis")]
pub use store::{RedisStore, RedisStoreBuilder};
#[cfg(feature = "test-util")]
pub use store::contract;
#[cfg(feature = "macros")]
pub use jwt_macros::{Claims, fresh_jwt_required, jwt_required, refresh_required};
pub use token::{AccessToken, EncodedToken, MAX_TOKEN_BYTES, RefreshToken, Token};
pub use token_type::TokenType;
pub use web::{AuthState, Authority, FreshJwt, Jwt, RefreshJwt};
