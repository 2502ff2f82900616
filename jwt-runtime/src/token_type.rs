//! `type`: what a token may be used for.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The claim `type`: an access token opens routes, a refresh token buys the next pair.
///
/// The two never stand in for one another: the claim is required, its JOSE header `typ` has to
/// agree with it, and every guard asks for exactly one of them.
///
/// Source: [RFC 8725 §3.12](https://www.rfc-editor.org/rfc/rfc8725#section-3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
