//! The parts of a compact token, and how each is decoded.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::MAX_TOKEN_BYTES;
use crate::error::InvalidToken;

/// Three parts, none of them decoded and none of them trusted.
#[derive(Clone, Copy)]
pub(super) struct CompactToken<'t> {
    pub(super) header: &'t str,
    pub(super) payload: &'t str,
    pub(super) signature: &'t str,
    /// What the signature is over: `header.payload`.
    pub(super) signing_input: &'t str,
}

impl<'t> CompactToken<'t> {
    /// Splits a token at its two dots. The alphabet of each part is the decoder's to check.
    ///
    /// Source: [RFC 7515 §3.1](https://www.rfc-editor.org/rfc/rfc7515#section-3.1).
    pub(super) fn parse(token: &'t str) -> Result<Self, InvalidToken> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(InvalidToken::TooLong);
        }
        let malformed = InvalidToken::FormatMalformed;
        let (signing_input, signature) = token.rsplit_once('.').ok_or(malformed)?;
        let (header, payload) = signing_input.split_once('.').ok_or(malformed)?;
        if header.is_empty() || payload.is_empty() || signature.is_empty() || payload.contains('.')
        {
            return Err(malformed);
        }
        Ok(Self { header, payload, signature, signing_input })
    }
}

/// Decodes one part; padding, other alphabets and non-zero trailing bits are refused, so that a
/// token has one spelling only.
pub(super) fn base64url(part: &str) -> Result<Vec<u8>, InvalidToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| InvalidToken::FormatMalformed)
}
