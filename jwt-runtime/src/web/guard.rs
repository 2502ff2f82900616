//! The guard in front of a handler: what the attributes expand into.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::admit::admit;
use super::authorize::Authorizing;
use super::rejection::GuardRejection;
use super::state::{AuthState, Authority, Provides};
use super::user::UserOf;
use crate::auth::JwtAuth;
use crate::claims::{AnyState, Claims};
use crate::error::AuthError;
use crate::param::{GuardParam, TokenKind, kind};
use crate::policy::{Passed, Rules};

/// The claims type behind a guarded parameter of type `T`.
pub type ClaimsOf<T, K> = <T as GuardParam<K>>::Claims;

/// The router's state as the claims type behind a guarded parameter of type `T` names it.
pub type StateOf<T, K> = <ClaimsOf<T, K> as Claims>::State;

/// What one guard asks, as a type: implemented by what `#[jwt_required]` and its siblings expand
/// into.
///
/// A type of its own cannot be declared inside of an `impl` block, so there the block's type carries
/// the guards, one for each function at a `SITE` that stands for it.
pub trait Guard<const SITE: u64 = 0>: 'static {
    /// Where the authority is in the router's state.
    type Auth: Authority;
    /// Access or refresh.
    type Kind: TokenKind;
    /// What the handler receives.
    type Param: GuardParam<Self::Kind>;
    /// What `authorize` takes its extractors from; nothing in particular without one.
    type State: Send + Sync + 'static;
    /// Type, freshness, issuer, audience, revocation.
    const RULES: Rules;

    /// Scopes, roles and the application's own conditions.
    ///
    /// # Errors
    ///
    /// - The refusal of the first that says no.
    fn check(claims: &ClaimsOf<Self::Param, Self::Kind>) -> Result<Passed, AuthError> {
        let _ = claims;
        Ok(Passed)
    }

    /// The application's own decision about this one request.
    ///
    /// # Errors
    ///
    /// - The rejection of an extractor, or the refusal that was chosen.
    fn authorize<'a>(
        claims: &'a ClaimsOf<Self::Param, Self::Kind>,
        parts: &'a mut Parts,
        state: &'a Self::State,
    ) -> Authorizing<'a> {
        let _ = (claims, parts, state);
        Authorizing::done()
    }
}

/// The first parameter of a guarded handler. Extracting it is authentication and authorization;
/// nothing else of the request is looked at before.
pub struct Guarded<G: Guard<SITE>, const SITE: u64 = 0>(pub G::Param);

/// Says nothing about the token: `tracing::instrument` prints every parameter.
impl<G: Guard<SITE>, const SITE: u64> std::fmt::Debug for Guarded<G, SITE> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guarded(..)")
    }
}

impl<S, G, const SITE: u64> FromRequestParts<S> for Guarded<G, SITE>
where
    S: AuthState<G::Auth> + Provides<G::State> + Send + Sync,
    G: Guard<SITE>,
{
    type Rejection = GuardRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, GuardRejection> {
        let param =
            admit::<G::Param, G::Kind>(state.authority().jwt_auth(), parts, &G::RULES, &G::check)
                .await?;
        // Without claims an optional guard has let a request without a token through.
        if let Some(claims) = param.claims() {
            G::authorize(claims, parts, &state.provide()).answer().await?;
        }
        Ok(Self(param))
    }
}

/// The first parameter of a guarded handler that takes the user behind the token as well.
pub struct GuardedUser<G, U, const SITE: u64 = 0>(pub G::Param, pub U)
where
    G: Guard<SITE>,
    U: UserOf<ClaimsOf<G::Param, G::Kind>>;

/// As of [`Guarded`].
impl<G, U, const SITE: u64> std::fmt::Debug for GuardedUser<G, U, SITE>
where
    G: Guard<SITE>,
    U: UserOf<ClaimsOf<G::Param, G::Kind>>,
{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GuardedUser(..)")
    }
}

impl<S, G, U, const SITE: u64> FromRequestParts<S> for GuardedUser<G, U, SITE>
where
    S: AuthState<G::Auth> + Provides<G::State> + Provides<U::State> + Send + Sync,
    G: Guard<SITE>,
    U: UserOf<ClaimsOf<G::Param, G::Kind>>,
{
    type Rejection = GuardRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, GuardRejection> {
        let param =
            admit::<G::Param, G::Kind>(state.authority().jwt_auth(), parts, &G::RULES, &G::check)
                .await?;
        let users: U::State = state.provide();
        let user = U::load(param.claims().map(U::claims_of), &users).await?;
        if let Some(claims) = param.claims() {
            G::authorize(claims, parts, &state.provide()).answer().await?;
        }
        Ok(Self(param, user))
    }
}

macro_rules! presets {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $rules:expr;)*) => {$(
        $(#[$doc])*
        pub struct $name<T>(PhantomData<fn() -> T>);

        impl<T> std::fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }

        impl<T: GuardParam<$kind> + 'static> Guard for $name<T> {
            type Auth = JwtAuth;
            type Kind = $kind;
            type Param = T;
            type State = AnyState;
            const RULES: Rules = $rules;
        }
    )*};
}

presets! {
    /// `#[jwt_required]` without arguments.
    Access: kind::Access = Rules::access();
    /// `#[jwt_required(optional)]` without more.
    Optional: kind::Access = Rules::access().optional();
    /// `#[fresh_jwt_required]` without arguments.
    Fresh: kind::Access = Rules::fresh();
    /// `#[refresh_required]` without arguments.
    Refresh: kind::Refresh = Rules::refresh();
}
