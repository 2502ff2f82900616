//! What a token says: the registered claims, this library's own, and the application's.

mod any_state;
mod audience;
mod csrf_token;
mod freshness;
mod read;
mod registered;
mod roles;
pub mod rules;
mod scope;
mod subject;
mod write;

use std::time::Duration;

use serde::{Deserializer, Serializer};

pub use any_state::AnyState;
pub use audience::Audience;
pub use csrf_token::CsrfToken;
pub use freshness::Freshness;
pub use registered::{RESERVED_CLAIMS, Registered};
pub use roles::{HasRoles, HasScopes, RoleSet};
pub use rules::RefusedClaim;
pub use scope::{Scope, ScopeError, Scopes};

pub(crate) use read::{PayloadError, parse};
pub(crate) use registered::Envelope;
pub(crate) use write::{OnReserved, write};

/// The application's claims in a token, read and written in one pass with the registered ones.
///
/// `#[derive(Claims)]` implements this trait for a struct with named fields and is the way to get
/// it. It is also implemented for `serde_json::Map<String, Value>`, which receives every claim of
/// the token, and for [`NoClaims`], which receives none.
///
/// Names that this library owns ([`RESERVED_CLAIMS`]) are never written from here: a claims type
/// supplies `sub` and its own claims, nothing else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a claims type",
    label = "this type cannot be read from a token",
    note = "add `#[derive(jwt_runtime::Claims)]` to `{Self}`",
    note = "a guarded handler takes `#[claims] user: T` where `T` is a claims type, `Token<T>`, `Registered`, a `serde_json::Map<String, Value>`, or an `Option` of them"
)]
pub trait Claims: Sized + Send + Sync + 'static {
    /// What this type asks of every token it is read from, and writes into every token it is in.
    const EXPECTED: Expected = Expected::NOTHING;

    /// The router's state, or the part of it, that guards of these claims work with;
    /// [`AnyState`] leaves it open.
    type State: Send + Sync + 'static;

    /// Writes the application's claims and `sub`, as a map or a struct.
    ///
    /// # Errors
    ///
    /// Whatever the serializer of a field returns.
    fn serialize_claims<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Reads the application's claims from a map that holds every claim of a verified token.
    ///
    /// # Errors
    ///
    /// A claim is missing or has the wrong type; the request is refused with `claim_invalid`.
    fn deserialize_claims<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Asks the rules of the claims, as `#[claim(one_of(…))]`: when a token is verified, after its
    /// registered claims, and before one is issued.
    ///
    /// # Errors
    ///
    /// The first claim that breaks a rule. The request is refused with `claim_invalid`; a token
    /// that would be refused so is not issued.
    fn check_rules(&self) -> Result<(), RefusedClaim> {
        Ok(())
    }
}

/// Issuer, audience and leeway that a claims type or a route asks for in place of the
/// authority's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// `iss` has to be this string.
    pub issuer: Option<&'static str>,
    /// `aud` has to name one of these; empty leaves the choice to the authority.
    pub audience: &'static [&'static str],
    /// How far a clock may be off when `exp`, `nbf` and `iat` are compared.
    pub leeway: Option<Duration>,
}

impl Expected {
    /// Leaves everything to the authority's configuration.
    pub const NOTHING: Self = Self { issuer: None, audience: &[], leeway: None };

    /// What this leaves open as `other` has it.
    pub(crate) fn or(&self, other: &Self) -> Self {
        Self {
            issuer: self.issuer.or(other.issuer),
            audience: if self.audience.is_empty() { other.audience } else { self.audience },
            leeway: self.leeway.or(other.leeway),
        }
    }
}

/// A claims type without claims: for guards that only ask whether a token is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoClaims;

impl Claims for NoClaims {
    type State = AnyState;

    fn serialize_claims<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::ser::SerializeMap::end(serializer.serialize_map(Some(0))?)
    }

    /// Reads nothing: what a claims type leaves unread is checked by whoever calls it.
    fn deserialize_claims<'de, D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

impl Claims for serde_json::Map<String, serde_json::Value> {
    type State = AnyState;

    fn serialize_claims<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(self, serializer)
    }

    fn deserialize_claims<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }
}
