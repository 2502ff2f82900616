//! Signing: claims to a compact token.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};

use super::MAX_TOKEN_BYTES;
use super::header::{MAX_HEADER_BYTES, MAX_MEMBERS, OWN_MEMBERS, OwnHeader, RESERVED_MEMBERS};
use crate::claims::CsrfToken;
use crate::error::IssueError;
use crate::keys::Signer;
use crate::numeric_date::NumericDate;
use crate::token_type::TokenType;

/// A signed token, ready to be given to a client.
///
/// `Debug` shows its ids and not the token; it is wiped from memory when dropped.
#[derive(Clone)]
pub struct EncodedToken {
    compact: SecretString,
    id: String,
    session_id: String,
    expires_at: NumericDate,
    token_type: TokenType,
    cookies: CookieClaims,
}

/// What of a token's claims is about the cookies that it goes into.
#[derive(Clone, Debug, Default)]
pub(crate) struct CookieClaims {
    pub(crate) csrf: Option<CsrfToken>,
    pub(crate) session_cookie: bool,
}

impl EncodedToken {
    pub(crate) fn new(
        compact: String,
        id: String,
        session_id: String,
        expires_at: NumericDate,
        token_type: TokenType,
        cookies: CookieClaims,
    ) -> Self {
        Self { compact: compact.into(), id, session_id, expires_at, token_type, cookies }
    }

    /// The token in compact form: a bearer credential, not for logs or URLs.
    pub fn as_str(&self) -> &str {
        self.compact.expose_secret()
    }

    /// The claim `jti`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The claim `sid`.
    pub fn session_id(&self) -> &str {
        &self.session_id
    }

    /// The claim `exp`.
    pub fn expires_at(&self) -> NumericDate {
        self.expires_at
    }

    /// The claim `type`.
    pub fn token_type(&self) -> TokenType {
        self.token_type
    }

    /// The claim `csrf`, where cookies are configured.
    pub fn csrf(&self) -> Option<&CsrfToken> {
        self.cookies.csrf.as_ref()
    }

    /// Whether its cookie is gone when the browser is closed.
    pub(crate) fn is_session_cookie(&self) -> bool {
        self.cookies.session_cookie
    }
}

impl fmt::Debug for EncodedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedToken")
            .field("id", &self.id)
            .field("session_id", &self.session_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Serialize for EncodedToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Header members that an application adds to a token.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExtraHeader(serde_json::Map<String, serde_json::Value>);

impl ExtraHeader {
    pub(crate) fn insert(&mut self, name: String, value: serde_json::Value) {
        self.0.insert(name, value);
    }

    /// These members, and of `defaults` those of other names.
    pub(crate) fn with_defaults(
        &self,
        defaults: serde_json::Map<String, serde_json::Value>,
    ) -> Self {
        let mut members = defaults;
        members.extend(self.0.clone());
        Self(members)
    }
}

/// Signs a payload.
pub(crate) fn encode(
    signer: &Signer,
    token_type: TokenType,
    extra: &ExtraHeader,
    payload: &[u8],
) -> Result<String, IssueError> {
    if let Some(name) = extra.0.keys().find(|name| RESERVED_MEMBERS.contains(&name.as_str())) {
        return Err(IssueError::ReservedHeader(name.clone()));
    }
    let header = OwnHeader {
        typ: token_type.header_typ(),
        alg: signer.algorithm().as_str(),
        kid: signer.kid(),
        extra: (!extra.0.is_empty()).then_some(&extra.0),
    };
    let mut token = header.encode().map_err(IssueError::claims)?;
    // Whoever reads it gives up beyond that.
    if token.len() > MAX_HEADER_BYTES || extra.0.len() + OWN_MEMBERS > MAX_MEMBERS {
        return Err(IssueError::HeaderTooLarge);
    }
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let signature = signer.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    if token.len() > MAX_TOKEN_BYTES {
        return Err(IssueError::TooLong(token.len()));
    }
    Ok(token)
}
