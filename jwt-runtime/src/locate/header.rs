//! `Authorization: Bearer <token>`.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName};

use crate::error::{AuthError, MalformedRequest};

/// Which header carries the token, and what stands in front of it there.
#[derive(Clone, Debug)]
pub(crate) struct HeaderSettings {
    pub(crate) name: HeaderName,
    /// Empty where the token stands alone.
    pub(crate) scheme: String,
}

impl Default for HeaderSettings {
    fn default() -> Self {
        Self { name: AUTHORIZATION, scheme: "Bearer".to_owned() }
    }
}

/// The token in the header, if the header is there and has the scheme.
///
/// Another scheme means that the request carries no bearer token; it is not an error here, since
/// a route may well have another kind of client.
///
/// Sources: [RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1),
/// [RFC 9110 §11.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.1): the scheme has no case.
pub(super) fn find<'r>(
    headers: &'r HeaderMap,
    settings: &HeaderSettings,
) -> Result<Option<&'r str>, AuthError> {
    let mut values = headers.get_all(&settings.name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(AuthError::RequestMalformed(MalformedRequest::HeaderRepeated));
    }
    let malformed = AuthError::RequestMalformed(MalformedRequest::CredentialsMalformed);
    let credentials = match std::str::from_utf8(value.as_bytes()) {
        Ok(credentials) if credentials.is_ascii() => credentials,
        _ => return Err(malformed),
    };
    let credentials = credentials.trim_matches(' ');
    let wanted = settings.scheme.as_str();
    let token = if wanted.is_empty() {
        credentials
    } else {
        let (scheme, token) = credentials.split_once(' ').unwrap_or((credentials, ""));
        if !scheme.eq_ignore_ascii_case(wanted) {
            // The scheme glued to something else is a client's mistake and worth telling.
            let start = scheme.get(..wanted.len());
            let is_glued = start.is_some_and(|start| start.eq_ignore_ascii_case(wanted))
                && scheme[wanted.len()..].starts_with(|next: char| !next.is_ascii_alphanumeric());
            return if is_glued { Err(malformed) } else { Ok(None) };
        }
        token.trim_start_matches(' ')
    };
    if is_b64token(token) { Ok(Some(token)) } else { Err(malformed) }
}

/// `b64token` of RFC 6750 §2.1; whether it is a token of ours is not asked here.
pub(super) fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    // Without an early exit or a branch the compiler checks many bytes at once; a good token is
    // read to its end anyway.
    let all_allowed = body.bytes().fold(true, |so_far, byte| {
        let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let is_digit = byte.wrapping_sub(b'0') < 10;
        let is_mark = (byte == b'-') | (byte == b'.') | (byte == b'_');
        let is_rare = (byte == b'~') | (byte == b'+') | (byte == b'/');
        so_far & (is_letter | is_digit | is_mark | is_rare)
    });
    all_allowed && !body.is_empty()
}
