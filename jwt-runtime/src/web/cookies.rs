//! Cookies as parts of a response.

use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::header::{CACHE_CONTROL, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::response::NO_STORE;
use crate::cookies::TokenCookies;
use crate::error::{AuthError, IssueError};

/// What caches of one kind obey before `Cache-Control`; RFC 9213.
const TARGETED: [HeaderName; 2] =
    [HeaderName::from_static("cdn-cache-control"), HeaderName::from_static("surrogate-control")];

/// Keeps an answer out of every cache, whatever the handler has said.
pub(super) fn forbid_storing(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, NO_STORE);
    for name in TARGETED {
        headers.remove(name);
    }
}

/// Adds `Set-Cookie` headers.
pub(super) fn write(cookies: &TokenCookies, headers: &mut HeaderMap) -> Result<(), AuthError> {
    for cookie in cookies.iter() {
        let value = HeaderValue::try_from(cookie.to_string());
        let mut value = value.map_err(IssueError::claims)?;
        value.set_sensitive(true);
        headers.append(SET_COOKIE, value);
        forbid_storing(headers);
    }
    Ok(())
}

impl IntoResponseParts for TokenCookies {
    type Error = AuthError;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, AuthError> {
        write(&self, parts.headers_mut())?;
        Ok(parts)
    }
}

impl IntoResponse for TokenCookies {
    fn into_response(self) -> Response {
        (StatusCode::NO_CONTENT, self, ()).into_response()
    }
}
