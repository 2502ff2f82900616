//! The claims of a layer that asks for scopes and names no claims type.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::claims::{AnyState, Claims, HasScopes, Scopes};

/// A claims type with the claim `scope` and nothing else: what
/// [`RequireToken::all_scopes`](super::RequireToken::all_scopes) reads where no claims type was named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeOnly {
    /// Empty for a token without the claim.
    #[serde(default)]
    pub scope: Scopes,
}

// Errors about other types would name this one as an example.
#[diagnostic::do_not_recommend]
impl Claims for ScopeOnly {
    type State = AnyState;

    fn serialize_claims<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn deserialize_claims<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

#[diagnostic::do_not_recommend]
impl HasScopes for ScopeOnly {
    fn scopes(&self) -> &Scopes {
        &self.scope
    }
}
