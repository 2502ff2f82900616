//! Tokens that nobody has checked.

use serde_json::{Map, Value};

use super::decode::{CompactToken, base64url};
use crate::error::InvalidToken;

/// What a token says of itself, with nothing checked: neither its signature nor when it expires.
///
/// For looking at a token, such as the `jti` of one that was issued elsewhere, and for no decision:
/// anybody can write anything into it.
///
/// # Examples
///
/// ```
/// use jwt_runtime::UnverifiedToken;
///
/// // {"alg":"none"} and {"jti":"17","sub":"alice"}
/// let token = UnverifiedToken::parse("eyJhbGciOiJub25lIn0.eyJqdGkiOiIxNyIsInN1YiI6ImFsaWNlIn0.AA")?;
/// assert_eq!(token.id(), Some("17"));
/// assert_eq!(token.header()["alg"], "none");
/// assert_eq!(token.claims()["sub"], "alice");
/// # Ok::<(), jwt_runtime::InvalidToken>(())
/// ```
#[derive(Clone)]
pub struct UnverifiedToken {
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl UnverifiedToken {
    /// Decodes header and payload.
    ///
    /// # Errors
    ///
    /// - [`InvalidToken`] for what is no compact token of at most
    ///   [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES), or holds no JSON objects.
    pub fn parse(token: &str) -> Result<Self, InvalidToken> {
        let payload = base64url(CompactToken::parse(token)?.payload)?;
        Ok(Self {
            header: Self::header_of(token)?,
            claims: serde_json::from_slice(&payload).map_err(|_| InvalidToken::PayloadMalformed)?,
        })
    }

    /// The header alone.
    pub(super) fn header_of(token: &str) -> Result<Map<String, Value>, InvalidToken> {
        let header = base64url(CompactToken::parse(token)?.header)?;
        serde_json::from_slice(&header).map_err(|_| InvalidToken::HeaderMalformed)
    }

    /// The JOSE header.
    pub fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// The payload.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The claim `jti`, if it is a string.
    pub fn id(&self) -> Option<&str> {
        self.claims.get("jti")?.as_str()
    }
}

/// Shows the id and nothing else of it.
impl std::fmt::Debug for UnverifiedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnverifiedToken").field("jti", &self.id()).finish_non_exhaustive()
    }
}
