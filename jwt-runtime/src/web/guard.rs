//! The guard in front of a handler: what the attributes expand into.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::state::{AuthState, Authority};
use crate::auth::JwtAuth;
use crate::authenticate::authenticate;
use crate::error::AuthError;
use crate::param::{GuardParam, TokenKind, kind};
use crate::policy::Rules;

/// The claims type behind a guarded parameter of type `T`.
pub type ClaimsOf<T, K> = <T as GuardParam<K>>::Claims;

/// What one guard asks, as a type: implemented by what `#[jwt_required]` and its siblings expand
/// into.
pub trait Guard: 'static {
    /// Where the authority is in the router's state.
    type Auth: Authority;
    /// Access or refresh.
    type Kind: TokenKind;
    /// What the handler receives.
    type Param: GuardParam<Self::Kind>;
    /// Type, freshness, issuer, audience, revocation.
    const RULES: Rules;

    /// Scopes, roles and the application's own conditions.
    ///
    /// # Errors
    ///
    /// - The refusal of the first that says no.
    fn check(claims: &ClaimsOf<Self::Param, Self::Kind>) -> Result<(), AuthError> {
        let _ = claims;
        Ok(())
    }
}

/// The first parameter of a guarded handler. Extracting it is authentication and authorization;
/// nothing else of the request is looked at before.
pub struct Guarded<G: Guard>(pub G::Param);

/// Says nothing about the token: `tracing::instrument` prints every parameter.
impl<G: Guard> std::fmt::Debug for Guarded<G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guarded(..)")
    }
}

impl<S, G> FromRequestParts<S> for Guarded<G>
where
    S: AuthState<G::Auth> + Send + Sync,
    G: Guard,
{
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {
        let authority = state.authority();
        authenticate::<G::Param, G::Kind>(authority.jwt_auth(), &parts.headers, &G::RULES, G::check)
            .await
            .map(Self)
    }
}

/// [`Guard`] for one associated function of `Self`: a type of its own cannot be declared inside of
/// an `impl` block, so the block's type carries the guard, at a site that stands for the function.
pub trait GuardAt<const SITE: u64>: 'static {
    /// As [`Guard::Auth`].
    type Auth: Authority;
    /// As [`Guard::Kind`].
    type Kind: TokenKind;
    /// As [`Guard::Param`].
    type Param: GuardParam<Self::Kind>;
    /// As [`Guard::RULES`].
    const RULES: Rules;

    /// As [`Guard::check`].
    ///
    /// # Errors
    ///
    /// - The refusal of the first condition that says no.
    fn check(claims: &ClaimsOf<Self::Param, Self::Kind>) -> Result<(), AuthError> {
        let _ = claims;
        Ok(())
    }
}

/// The guard that `T` carries at `SITE`.
pub struct At<T, const SITE: u64>(PhantomData<fn() -> T>);

impl<T, const SITE: u64> std::fmt::Debug for At<T, SITE> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("At")
    }
}

impl<T: GuardAt<SITE>, const SITE: u64> Guard for At<T, SITE> {
    type Auth = T::Auth;
    type Kind = T::Kind;
    type Param = T::Param;
    const RULES: Rules = T::RULES;

    fn check(claims: &ClaimsOf<T::Param, T::Kind>) -> Result<(), AuthError> {
        T::check(claims)
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
