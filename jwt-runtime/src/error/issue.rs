//! Why a token cannot be issued.

use std::fmt;

/// Why a token could not be issued: a mistake of the application, never of a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The authority has keys to verify with and none to sign with.
    #[error("no signing key; give the builder `.secret(…)` or `.signing_key(…)`")]
    SigningKeyMissing,
    /// The claims have no `sub`, or an empty one.
    #[error("the claims have no subject; give the claims type a `sub` field")]
    SubjectMissing,
    /// `sub` is not a string or an integer, or is written twice.
    #[error("the subject has to be one string or integer")]
    SubjectInvalid,
    /// The claims write a name that belongs to the library.
    #[error("the claim `{0}` belongs to the library and cannot be set; rename the field")]
    ReservedClaim(String),
    /// A claim breaks a rule of its own, as `#[claim(one_of(…))]`: the token could not be verified.
    #[error("the claim `{0}` is refused by its own rule")]
    ClaimRefused(&'static str),
    /// The header field cannot be set.
    #[error("the header field `{0}` belongs to the library and cannot be set")]
    ReservedHeader(String),
    /// The claims are not a struct or a map with string keys.
    #[error("the claims have to be a struct or a map with string keys")]
    NotAnObject,
    /// A claim could not be serialised.
    #[error("a claim could not be serialised: {0}")]
    ClaimsNotSerializable(String),
    /// A lifetime of zero; there is no such thing as "never".
    #[error("a lifetime has to be at least one second")]
    LifetimeZero,
    /// The token would be longer than [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
    #[error("the token would be {0} bytes, more than any verifier accepts; put less into it")]
    TooLong(usize),
    /// The JOSE header would have more members, or be longer, than any verifier accepts.
    #[error("the header has more or longer members than any verifier accepts; put less into it")]
    HeaderTooLarge,
    /// The key refused to sign.
    #[error("the key refused to sign")]
    SigningFailed,
    /// A refresh token was asked for inside of a session that is open already.
    #[error("a session has one refresh token; leave out `.in_session(…)`")]
    SessionTaken,
    /// The claims for a session's next tokens are about somebody else.
    #[error("the claims are about another subject than the session")]
    SubjectChanged,
    /// Cookies are not configured.
    #[error(
        "cookies are not configured; give the builder `.cookies(…)`, or `TokenLocation::Cookie` \
         among its `.locations(…)`"
    )]
    CookiesNotConfigured,
    /// A cookie would be longer than browsers store; RFC 6265 §6.1.
    #[error(
        "the cookie `{name}` would be {bytes} bytes, and browsers store 4096; put less into the token"
    )]
    CookieTooLarge {
        /// The name of the cookie.
        name: String,
        /// Its length with its name and its attributes.
        bytes: usize,
    },
    /// A domain that is none, or for a cookie whose name forbids one.
    #[error(
        "the cookie `{0}` cannot have this domain: it has to be one, a name that begins with \
         `__Host-` has none, and renewed cookies have the configured one"
    )]
    CookieDomain(String),
    /// The call needs a store and the authority has none.
    #[error("this needs a store; give the builder `.store(…)`")]
    StoreMissing,
}

impl IssueError {
    pub(crate) fn claims(error: impl fmt::Display) -> Self {
        Self::ClaimsNotSerializable(error.to_string())
    }
}
