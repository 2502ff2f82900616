//! `Authorization: Bearer <token>`.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::error::{AuthError, MalformedRequest};

/// The token in the header, if the header is there and its scheme is `Bearer`.
///
/// Another scheme means that the request carries no bearer token; it is not an error here, since
/// a route may well have another kind of client.
///
/// Sources: [RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1),
/// [RFC 9110 §11.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.1): the scheme has no case.
pub(super) fn find(headers: &HeaderMap) -> Result<Option<&str>, AuthError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
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
    let (scheme, token) = credentials.split_once(' ').unwrap_or((credentials, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        // `Bearer` glued to something else is a client's mistake and worth telling.
        let is_glued = scheme.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("bearer"))
            && scheme.as_bytes().get(6).is_some_and(|byte| !byte.is_ascii_alphanumeric());
        return if is_glued { Err(malformed) } else { Ok(None) };
    }
    let token = token.trim_start_matches(' ');
    if is_b64token(token) { Ok(Some(token)) } else { Err(malformed) }
}

/// `b64token` of RFC 6750 §2.1; whether it is a token of ours is not asked here.
fn is_b64token(token: &str) -> bool {
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
