//! What a login and a refresh answer.

use serde::Serialize;

use crate::numeric_date::NumericDate;
use crate::token::EncodedToken;

/// An access token and the refresh token that buys the next pair.
///
/// As an axum response: `{"access_token", "refresh_token", "token_type": "Bearer", "expires_in"}`
/// with `Cache-Control: no-store`.
///
/// Source: [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1).
#[derive(Clone, Debug, Serialize)]
#[must_use = "the tokens have to be given to the client: return the pair from the handler"]
pub struct TokenPair {
    access_token: EncodedToken,
    refresh_token: EncodedToken,
    token_type: &'static str,
    expires_in: u64,
}

impl TokenPair {
    pub(super) fn new(access: EncodedToken, refresh: EncodedToken, now: NumericDate) -> Self {
        let expires_in = access.expires_at().since(now).as_secs();
        Self { access_token: access, refresh_token: refresh, token_type: "Bearer", expires_in }
    }

    /// The access token.
    pub fn access_token(&self) -> &EncodedToken {
        &self.access_token
    }

    /// The refresh token.
    pub fn refresh_token(&self) -> &EncodedToken {
        &self.refresh_token
    }

    /// How long the access token is good, in seconds.
    pub fn expires_in(&self) -> u64 {
        self.expires_in
    }
}

/// An access token alone: for a session that goes on, or in one of its own.
///
/// As an axum response: `{"access_token", "token_type": "Bearer", "expires_in"}` with
/// `Cache-Control: no-store`.
///
/// Source: [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1).
#[derive(Clone, Debug, Serialize)]
#[must_use = "the token has to be given to the client: return the grant from the handler"]
pub struct AccessGrant {
    access_token: EncodedToken,
    token_type: &'static str,
    expires_in: u64,
}

impl AccessGrant {
    pub(super) fn new(access: EncodedToken, now: NumericDate) -> Self {
        let expires_in = access.expires_at().since(now).as_secs();
        Self { access_token: access, token_type: "Bearer", expires_in }
    }

    /// The access token.
    pub fn access_token(&self) -> &EncodedToken {
        &self.access_token
    }

    /// How long the access token is good, in seconds.
    pub fn expires_in(&self) -> u64 {
        self.expires_in
    }
}
