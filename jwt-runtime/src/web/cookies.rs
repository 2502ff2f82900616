//! Cookies as parts of a response.

use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::header::{CACHE_CONTROL, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::cookies::TokenCookies;
use crate::error::{AuthError, IssueError};

/// Tokens are not for caches; RFC 6749 §5.1.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Adds `Set-Cookie` headers.
pub(super) fn write(cookies: &TokenCookies, headers: &mut HeaderMap) -> Result<(), AuthError> {
    for cookie in cookies.iter() {
        let value = HeaderValue::try_from(cookie.to_string());
        let mut value = value.map_err(IssueError::claims)?;
        value.set_sensitive(true);
        headers.append(SET_COOKIE, value);
        headers.insert(CACHE_CONTROL, NO_STORE);
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
