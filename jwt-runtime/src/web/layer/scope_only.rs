//! The claims of a layer that asks for scopes and names no claims type.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::RequireToken;
use super::asked::Asked;
use crate::claims::{Claims, HasScopes, NoClaims, Scopes};

/// A claims type with the claim `scope` and nothing else: what
/// [`RequireToken::all_scopes`] reads where no claims type was named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeOnly {
    /// Empty for a token without the claim.
    #[serde(default)]
    pub scope: Scopes,
}

impl Claims for ScopeOnly {
    fn serialize_claims<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn deserialize_claims<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

impl HasScopes for ScopeOnly {
    fn scopes(&self) -> &Scopes {
        &self.scope
    }
}

/// Claims types that a layer may ask for scopes: those that have some, and none at all, which
/// [`ScopeOnly`] then stands in for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no scopes, so a layer cannot ask for one",
    label = "this layer needs a claims type with scopes",
    note = "mark a `Scopes` field of `{Self}` with `#[claim(scopes)]`"
)]
pub trait AskScopes: Sized {
    /// Where the scopes are.
    type Claims: Claims + HasScopes;

    /// The same layer, reading them.
    fn read_scopes<K: Asked>(layer: RequireToken<K, Self>) -> RequireToken<K, Self::Claims>;
}

#[diagnostic::do_not_recommend]
impl<C: Claims + HasScopes> AskScopes for C {
    type Claims = C;

    fn read_scopes<K: Asked>(layer: RequireToken<K, C>) -> RequireToken<K, C> {
        layer
    }
}

impl AskScopes for NoClaims {
    type Claims = ScopeOnly;

    fn read_scopes<K: Asked>(layer: RequireToken<K, Self>) -> RequireToken<K, ScopeOnly> {
        layer.claims()
    }
}
