//! Tokens and refusals as HTTP responses.

use std::borrow::Cow;
use std::fmt::Write as _;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::error::AuthError;
use crate::issue::{AccessGrant, TokenPair};
use crate::keys::JwkSet;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

impl IntoResponse for TokenPair {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self)
    }
}

impl IntoResponse for AccessGrant {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self)
    }
}

impl IntoResponse for JwkSet {
    fn into_response(self) -> Response {
        let mut response = json(StatusCode::OK, &self);
        // RFC 7517 §8.5.2; keys are for everybody, and for as long as it takes to change them.
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        response
    }
}

/// Tokens are not for caches (RFC 6749 §5.1), and neither is the reason why somebody was refused.
fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // Strings and numbers always serialise; were it not so, the client gets no half of a token.
    let (status, body) = match serde_json::to_vec(body) {
        Ok(body) => (status, body),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Vec::new()),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

/// What a refusal looks like on the wire.
struct Refusal {
    status: StatusCode,
    /// `error` in the body.
    error: &'static str,
    challenge: Challenge,
}

/// `WWW-Authenticate`.
enum Challenge {
    /// Not an authentication problem: no header.
    None,
    /// RFC 6750 §3.1: a request without credentials is not told more than the scheme.
    Bare,
    /// With `error`, and `error_description` where it helps.
    Error,
}

impl AuthError {
    /// The HTTP status of this refusal.
    pub fn status(&self) -> StatusCode {
        self.refusal().status
    }

    /// The whole table; a new variant does not compile before it is decided here.
    ///
    /// Sources: [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1),
    /// [RFC 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3).
    fn refusal(&self) -> Refusal {
        let (status, error, challenge) = match self {
            Self::TokenMissing => (StatusCode::UNAUTHORIZED, "token_missing", Challenge::Bare),
            Self::RequestMalformed(_) => {
                (StatusCode::BAD_REQUEST, "invalid_request", Challenge::Error)
            }
            Self::TokenInvalid(_)
            | Self::TokenExpired
            | Self::TokenNotYetValid
            | Self::TokenTypeWrong { .. }
            | Self::ClaimInvalid { .. }
            | Self::TokenRevoked
            | Self::TokenReused
            | Self::UserUnknown => (StatusCode::UNAUTHORIZED, "invalid_token", Challenge::Error),
            Self::FreshTokenRequired { .. } => {
                (StatusCode::UNAUTHORIZED, "insufficient_user_authentication", Challenge::Error)
            }
            Self::Forbidden { .. } => {
                (StatusCode::FORBIDDEN, "insufficient_scope", Challenge::Error)
            }
            Self::CsrfFailed(_) => (StatusCode::FORBIDDEN, "access_denied", Challenge::None),
            Self::CredentialsInvalid => {
                (StatusCode::UNAUTHORIZED, "invalid_grant", Challenge::Bare)
            }
            Self::SessionLimitReached => (StatusCode::FORBIDDEN, "access_denied", Challenge::None),
            Self::StoreUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", Challenge::None)
            }
            Self::NotIssued(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "server_error", Challenge::None)
            }
        };
        Refusal { status, error, challenge }
    }

    fn challenge(&self, refusal: &Refusal) -> Option<HeaderValue> {
        let mut challenge = String::from(r#"Bearer realm="api""#);
        match refusal.challenge {
            Challenge::None => return None,
            Challenge::Bare => {}
            Challenge::Error => {
                let (error, description) = (refusal.error, quotable(self.to_string()));
                // Writing to a string cannot fail.
                let _ =
                    write!(challenge, r#", error="{error}", error_description="{description}""#);
            }
        }
        match self {
            Self::Forbidden { scope: Some(scope) } => {
                let scope = quotable(scope.as_ref());
                let _ = write!(challenge, r#", scope="{scope}""#);
            }
            Self::FreshTokenRequired { max_age: Some(max_age) } => {
                let _ = write!(challenge, r#", max_age="{}""#, max_age.as_secs());
            }
            _ => {}
        }
        HeaderValue::try_from(challenge).ok()
    }
}

/// Replaces what RFC 6750 §3 does not allow in a quoted value.
fn quotable<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    let text = text.into();
    if text.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
        return text;
    }
    let allowed = |c| matches!(c, '\x20'..='\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
    Cow::Owned(text.chars().map(|c| if allowed(c) { c } else { '?' }).collect())
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body<'a> {
            error: &'a str,
            error_description: &'a str,
            code: &'a str,
        }
        if let Self::NotIssued(error) = &self {
            tracing::error!(target: "jwt::issue", %error, "a token could not be issued");
        }
        let refusal = self.refusal();
        let body =
            Body { error: refusal.error, error_description: &self.to_string(), code: self.code() };
        let mut response = json(refusal.status, &body);
        if let Some(challenge) = self.challenge(&refusal) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        if matches!(self, Self::StoreUnavailable) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // For middleware that renders refusals in another form.
        response.extensions_mut().insert(self);
        response
    }
}
