//! Finding a cookie of ours among those of a request.

use cookie::Cookie;
use http::HeaderMap;
use http::header::COOKIE;

use crate::error::{AuthError, MalformedRequest};

/// The value of the one cookie of this name; nothing for an empty one.
///
/// A host beside this one can plant a second cookie of a name (cookie tossing), and which of the two
/// comes first is in the planter's hand: neither is believed.
///
/// What is not ASCII is skipped, cookie by cookie: parsers that trim Unicode's white space take a
/// name that no prefix protects for one that has one.
///
/// Source: [RFC 6265bis §5.8.3](https://www.ietf.org/archive/id/draft-ietf-httpbis-rfc6265bis-20.html#section-5.8.3).
pub(crate) fn find<'r>(headers: &'r HeaderMap, name: &str) -> Result<Option<&'r str>, AuthError> {
    let mut found = None;
    for header in headers.get_all(COOKIE) {
        for pair in header.as_bytes().split(|byte| *byte == b';') {
            let Some(value) = value_of(pair, name) else { continue };
            if found.replace(value).is_some() {
                return Err(AuthError::RequestMalformed(MalformedRequest::CookieRepeated));
            }
        }
    }
    Ok(found.filter(|value| !value.is_empty()))
}

fn value_of<'r>(pair: &'r [u8], name: &str) -> Option<&'r str> {
    let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.is_ascii())?;
    let cookie = Cookie::parse(pair).ok()?;
    if cookie.name() == name { cookie.value_raw() } else { None }
}
