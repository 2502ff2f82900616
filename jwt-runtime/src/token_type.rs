//! `type`: what a token may be used for.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// The claim `type`: an access token opens routes, a refresh token buys the next pair.
///
/// The two never stand in for one another: the claim is required, its JOSE header `typ` has to
/// agree with it, and every guard asks for exactly one of them.
///
/// Source: [RFC 8725 §3.12](https://www.rfc-editor.org/rfc/rfc8725#section-3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenType {
    /// A token for guarded routes.
    Access,
    /// A one-time token for the refresh route.
    Refresh,
}

impl TokenType {
    /// The value of the claim `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }

    /// The JOSE header `typ` of this kind of token.
    ///
    /// Sources: [RFC 9068 §2.1](https://www.rfc-editor.org/rfc/rfc9068#section-2.1) for `at+jwt`;
    /// `rt+jwt` is ours, in the form that
    /// [RFC 8725 §3.11](https://www.rfc-editor.org/rfc/rfc8725#section-3.11) recommends.
    pub const fn header_typ(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Refresh => "rt+jwt",
        }
    }
}

impl fmt::Display for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// From a string and nothing else: serde's own reading of an enum takes `{"access": null}` too.
impl<'de> Deserialize<'de> for TokenType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl de::Visitor<'_> for Name {
            type Value = TokenType;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"access\" or \"refresh\"")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<TokenType, E> {
                [TokenType::Access, TokenType::Refresh]
                    .into_iter()
                    .find(|token_type| token_type.as_str() == name)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(name), &self))
            }
        }
        deserializer.deserialize_str(Name)
    }
}
