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
    let Ok(credentials) = value.to_str() else {
        return Err(malformed);
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
    !body.is_empty()
        && body.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
        })
}
