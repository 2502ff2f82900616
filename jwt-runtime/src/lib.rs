//! Declarative JWT authentication for axum, checked by the compiler.
//!
//! An attribute puts a guard in front of a handler. The guard verifies the token, asks for
//! freshness, scopes and roles, asks the store whether it was revoked, and hands over typed claims;
//! nothing else of the request is looked at before.
//!
//! ```
//! use axum::{Router, extract::State, routing::{get, post}};
//! use jwt_runtime::{AuthError, Claims, JwtAuth, MemoryStore, RefreshToken, TokenPair};
//! use jwt_runtime::{jwt_required, refresh_required};
//!
//! #[derive(Claims)]
//! struct User {
//!     sub: String,
//!     team: String,
//! }
//!
//! async fn login(State(auth): State<JwtAuth>) -> Result<TokenPair, AuthError> {
//!     // after the application has checked the password:
//!     auth.login(&User { sub: "alice".into(), team: "red".into() }).await
//! }
//!
//! #[jwt_required]
//! async fn me(#[claims] user: User) -> String {
//!     format!("{} of team {}", user.sub, user.team)
//! }
//!
//! #[refresh_required]
//! async fn refresh(
//!     #[token] old: RefreshToken<User>,
//!     State(auth): State<JwtAuth>,
//! ) -> Result<TokenPair, AuthError> {
//!     auth.rotate(old).await
//! }
//!
//! # fn main() -> Result<(), jwt_runtime::ConfigError> {
//! # let secret = [7, 1].repeat(16);
//! let auth = JwtAuth::builder().secret(secret).store(MemoryStore::new()).build()?;
//! let app: Router = Router::new()
//!     .route("/login", post(login))
//!     .route("/me", get(me))
//!     .route("/refresh", post(refresh))
//!     .with_state(auth);
//! # Ok(()) }
//! ```
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | guarding a handler | `#[jwt_required]`, `#[fresh_jwt_required]`, `#[refresh_required]` |
//! | the same without an attribute | [`Jwt`], [`FreshJwt`], [`RefreshJwt`] |
//! | access and refresh tokens on one route, as for a logout | `any_type`, [`AnyJwt`], [`JwtAuth::require_any_type`] |
//! | the user behind a token | [`LoadUser`] |
//! | guarding a whole router | [`JwtAuth::require_access`], [`RequireToken`] |
//! | guards that cannot be forgotten | [`SecureRouter`] |
//! | several authorities in one application | [`Authority`] |
//! | what a token says | `#[derive(Claims)]`, [`Registered`], [`Token`] |
//! | scopes that cannot be misspelt | `#[derive(Scope)]`, [`Scopes`] |
//! | conditions with a name | [`policy`] |
//! | configuration | [`JwtAuth::builder`], [`JwtConfig`] |
//! | claims and header members for every token, a question to every token | [`JwtAuthBuilder::additional_claims`], [`JwtAuthBuilder::additional_header`], [`JwtAuthBuilder::require`] |
//! | a key for each tenant | [`JwtAuthBuilder::subject_keys`] |
//! | login, refresh, logout | [`JwtAuth::login`], [`JwtAuth::rotate`], [`JwtAuth::reauthenticate`], [`JwtAuth::logout`], [`JwtAuth::logout_others`], [`JwtAuth::logout_all`], [`JwtAuth::logout_everyone`] |
//! | "your devices" | [`JwtAuth::sessions`], [`JwtAuth::end_session`], [`LoginOptions`] |
//! | retries of a refresh, two tabs | [`JwtAuthBuilder::rotation_grace`] |
//! | how long sessions last, and how many there are | [`JwtAuthBuilder::session_lifetime`], [`JwtAuthBuilder::idle_timeout`], [`JwtAuthBuilder::session_limit`] |
//! | stateless access tokens | [`JwtAuthBuilder::revocation_checks`] |
//! | an alarm when a token was stolen | [`JwtAuthBuilder::on_reuse`] |
//! | tokens in cookies, queries, bodies, WebSockets | [`TokenLocation`], [`manual::browsers`] |
//! | cookies | [`JwtAuth::set_cookies`], [`JwtAuth::unset_cookies`], [`CookieOptions`] |
//! | protection against forged requests | [`CsrfOptions`], [`SameOrigin`] |
//! | cookies that renew themselves | [`RenewalOptions`], [`JwtAuth::layer`] |
//! | refusals in another form | [`JwtLayer::refusals`], [`JwtLayer::on_refusal`] |
//! | the end of an open connection | [`Token::ended`] |
//! | keys of other services, and for them | [`KeySet`], [`JwtAuth::jwk_set`] |
//! | single tokens | [`JwtAuth::issue_access`], [`JwtAuth::grant_access`], [`JwtAuth::issue_refresh`], [`JwtAuth::revoke`] |
//! | tokens that are in no request | [`JwtAuth::verify_access`], [`JwtAuth::verify_refresh`], [`JwtAuth::verify_expired`], [`UnverifiedToken`] |
//! | where sessions live | [`TokenStore`], [`MemoryStore`], `RedbStore`, `RedisStore` |
//! | no round trip per request | `LocalView` |
//! | refusals | [`AuthError`] |
//! | coming from another library | [`manual::migration`], [`JwtAuthBuilder::accept_older`], [`OlderTokens`] |
//! | what older libraries can do, and what of it is here | [`manual::parity`] |
//! | what it is safe from | [`manual::threats`] |
//! | what each input is answered, beside older libraries | [`manual::http_matrix`], [`manual::compatibility`] |
//! | what does not compile, and why | [`manual::refused_at_compile_time`] |
//! | what an attribute becomes, and how long that is | [`manual::expansions`] |
//! | Redis set up, keys, counters, events, what happens when | [`manual::operations`] |
//! | roles, owners, tenants, deleted users, step-up, realms, rate limits | [`manual::recipes`] |
//!
//! # A request, step by step
//!
//! One token is *located*, in the `Authorization` header or where else it may be, and *decoded*: three parts of canonical
//! base64url, a header whose `typ`, `alg` and `kid` select one key, nothing unknown and critical.
//! The signature is *verified* with that key and its one algorithm. The payload is read once, into
//! the registered claims and the application's type together; `exp`, `nbf`, `iat`, `iss` and `aud`
//! are checked, then the rules of the application's type. Then the guard's own questions: the
//! token's *type*, whether a page of the application has sent what came by cookie (*CSRF*), the
//! *freshness*, the *policy* of scopes, roles and conditions. Once, the *store*:
//! is the token revoked, does its session live. Last, and where they are asked for, the
//! application's own look-ups: is there such a *user*, and may it do this, as `authorize` decides.
//! The first step that fails decides, and is the only thing the client learns.
//!
//! # Refusals
//!
//! | cause | status | `error` in the challenge | `code` |
//! |---|---|---|---|
//! | [`AuthError::TokenMissing`] | 401 | none | `token_missing` |
//! | [`AuthError::RequestMalformed`] | 400 | `invalid_request` | `request_malformed` |
//! | [`AuthError::TokenInvalid`] | 401 | `invalid_token` | `token_invalid` |
//! | [`AuthError::TokenExpired`] | 401 | `invalid_token` | `token_expired` |
//! | [`AuthError::TokenNotYetValid`] | 401 | `invalid_token` | `token_not_yet_valid` |
//! | [`AuthError::TokenTypeWrong`] | 401 | `invalid_token` | `token_type_wrong` |
//! | [`AuthError::ClaimInvalid`] | 401 | `invalid_token` | `claim_invalid` |
//! | [`AuthError::TokenRevoked`] | 401 | `invalid_token` | `token_revoked` |
//! | [`AuthError::TokenReused`] | 401 | `invalid_token` | `token_reused` |
//! | [`AuthError::UserUnknown`] | 401 | `invalid_token` | `user_unknown` |
//! | [`AuthError::FreshTokenRequired`] | 401 | `insufficient_user_authentication`, `max_age` | `fresh_token_required` |
//! | [`AuthError::Forbidden`] | 403 | `insufficient_scope`, `scope` | `forbidden` |
//! | [`AuthError::CsrfFailed`] | 403 | no challenge | `csrf_failed` |
//! | [`AuthError::CredentialsInvalid`] | 401 | none | `credentials_invalid` |
//! | [`AuthError::SessionLimitReached`] | 403 | no challenge | `session_limit_reached` |
//! | [`AuthError::StoreUnavailable`] | 503, `Retry-After` | no challenge | `store_unavailable` |
//! | [`AuthError::NotIssued`] | 500 | no challenge | `token_not_issued` |
//!
//! The last row is a mistake of the application, such as claims that cannot be serialised; no
//! request can cause it by what it says.
//!
//! # Logs
//!
//! `tracing` targets: `jwt::rejection` (debug: why a request was refused), `jwt::reuse` (warn: a
//! refresh token came twice), `jwt::store` (the store failed), `jwt::issue` (a token could not be
//! issued), `jwt::config`. No token, secret or claim of the application is ever logged.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `macros` | yes | the attributes, `#[derive(Claims)]`, `#[derive(Scope)]` |
//! | `aws-lc-rs` | yes | cryptography by aws-lc-rs |
//! | `rust-crypto` | | cryptography by the RustCrypto crates instead |
//! | `redb` | | `RedbStore` |
//! | `redis` | | `RedisStore` |
//! | `redis-tls` | | the same over TLS, by rustls |
//! | `metrics` | | counters and store latencies through the facade `metrics` |
//! | `test-util` | | `testing` and `contract` |
//! | `utoipa` | | guards in the OpenAPI description, `JwtAuth` as a `utoipa::Modify` |

// The README shows what these features add.
#[cfg(all(doctest, feature = "macros", feature = "redis"))]
#[doc = include_str!("../../README.md")]
struct Readme;

// The crate's own tests and doc tests use its macros, which name it from outside.
#[allow(unused_extern_crates)]
extern crate self as jwt_runtime;

// L0
mod host;
mod json_text;
mod numeric_date;
mod token_location;
mod token_type;
// L1
mod clock;
mod error;
mod meter;
// L2
mod claims;
mod keys;
// L3
mod cookies;
mod store;
mod token;
// L4
mod exchange;
mod param;
pub mod policy;
mod trace;
// L5
mod form;
// L6
mod csrf;
mod locate;
// L7
mod auth;
// L8
mod issue;
// L9
mod authenticate;
// L10
mod web;
// L11
#[doc(hidden)]
pub mod __private;
pub mod manual;
#[cfg(feature = "test-util")]
pub mod testing;

pub use auth::{JwtAuth, JwtAuthBuilder, JwtConfig, NewToken, RenewalOptions, ReuseEvent};
pub use claims::{
    AnyState, Audience, Claims, CsrfToken, Expected, Freshness, HasRoles, HasScopes, NoClaims,
    RESERVED_CLAIMS, RefusedClaim, Registered, RoleSet, Scope, ScopeError, Scopes,
};
pub use clock::{Clock, SystemClock};
pub use cookies::{CookieOptions, SameSite, TokenCookies};
pub use csrf::CsrfOptions;
pub use error::{
    AuthError, ConfigError, CsrfFailure, CsrfPlaces, InvalidToken, IssueError, MalformedRequest,
    StoreError,
};
pub use issue::{AccessGrant, IssueOptions, LoginOptions, TokenPair};
#[cfg(feature = "macros")]
pub use jwt_macros::{Claims, Scope, fresh_jwt_required, jwt_required, public, refresh_required};
pub use keys::{
    Algorithm, AlgorithmError, CryptoBackend, JwkSet, KeySet, SigningKey, SubjectKeys, VerifyingKey,
};
pub use numeric_date::NumericDate;
pub use policy::{Decision, Denied, Policy};
#[cfg(feature = "test-util")]
pub use store::contract;
pub use store::{
    Device, MemoryStore, NewSession, Opening, Rotation, RotationStep, Session, SessionLimit,
    Standing, TokenRef, TokenStore,
};
#[cfg(feature = "redis")]
pub use store::{FeedLost, LocalView, RedisStore, RedisStoreBuilder, ViewStats};
#[cfg(feature = "redb")]
pub use store::{RedbStore, RedbStoreBuilder};
pub use token::{
    AccessToken, EncodedToken, Ended, MAX_TOKEN_BYTES, OlderTokens, RefreshToken, Token,
    UnverifiedToken,
};
pub use token_location::{TokenLocation, UnknownLocation};
pub use token_type::TokenType;
pub use web::{
    AnyJwt, AuthState, Authority, FreshJwt, Jwt, JwtLayer, JwtService, LoadUser, RefreshJwt,
    RefusalForm, RequireAccess, RequireAnyType, RequireFresh, RequireRefresh, RequireToken, Route,
    SameOrigin, ScopeOnly, SecureRouter, TokenRequired,
};
