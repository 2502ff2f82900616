//! What can go wrong, one enum per audience: [`AuthError`] for the client, [`ConfigError`] for
//! the developer at start-up, [`IssueError`] for the code that issues tokens, and [`StoreError`]
//! for whoever implements a store.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::token_type::TokenType;

/// Why a request was refused. It is an axum response: a handler may return it with `?`.
///
/// The status, the `error` of RFC 6750 and the stable [`code`](AuthError::code) of each variant
/// are one table, in the documentation of the crate. A client learns no more than that row; the
/// reason in detail goes to the `tracing` target `jwt::rejection`.
///
/// # Examples
///
/// ```
/// use jwt_runtime::AuthError;
///
/// assert_eq!(AuthError::TokenExpired.code(), "token_expired");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// The request has no token.
    #[error("a token is required")]
    TokenMissing,
    /// The token is not where and how RFC 6750 §2 says, or is there more than once.
    #[error("the request carries a token in a malformed way")]
    RequestMalformed(MalformedRequest),
    /// The token was not made by this authority: malformed, or its signature does not hold.
    #[error("the token is not valid")]
    TokenInvalid(InvalidToken),
    /// `exp` is in the past.
    #[error("the token has expired")]
    TokenExpired,
    /// `nbf` or `iat` is in the future.
    #[error("the token is not valid yet")]
    TokenNotYetValid,
    /// An access token where a refresh token is required, or the reverse.
    #[error("a token of type `{expected}` is required")]
    TokenTypeWrong {
        /// The type that the route asks for.
        expected: TokenType,
    },
    /// A claim is missing, of the wrong type, or not the one that is required.
    #[error("the claim `{claim}` is missing or not acceptable")]
    ClaimInvalid {
        /// The name of the claim.
        claim: Cow<'static, str>,
    },
    /// The token, its session, or every session of its subject was revoked.
    #[error("the token was revoked")]
    TokenRevoked,
    /// A refresh token was presented for a second time; its session has been ended.
    #[error("the refresh token was used before, its session has ended")]
    TokenReused,
    /// The login is too long ago for this route.
    #[error("a fresh login is required")]
    FreshTokenRequired {
        /// How old a login may be, where the route says so.
        max_age: Option<Duration>,
    },
    /// The token is good and does not allow this.
    #[error("the token does not allow this request")]
    Forbidden {
        /// The scopes that the route asks for, separated by spaces, where it asks for any.
        scope: Option<Cow<'static, str>>,
    },
    /// A login or re-authentication with wrong credentials; for an application's own handlers.
    #[error("the credentials are not valid")]
    CredentialsInvalid,
    /// The store did not answer in time, or with an error. Never treated as "not revoked".
    #[error("the session store is unavailable")]
    StoreUnavailable,
    /// The application asked for a token that cannot be issued.
    #[error("the server could not issue a token")]
    NotIssued(#[from] IssueError),
}

impl AuthError {
    /// The machine-readable cause: stable across releases, part of the JSON body.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TokenMissing => "token_missing",
            Self::RequestMalformed(_) => "request_malformed",
            Self::TokenInvalid(_) => "token_invalid",
            Self::TokenExpired => "token_expired",
            Self::TokenNotYetValid => "token_not_yet_valid",
            Self::TokenTypeWrong { .. } => "token_type_wrong",
            Self::ClaimInvalid { .. } => "claim_invalid",
            Self::TokenRevoked => "token_revoked",
            Self::TokenReused => "token_reused",
            Self::FreshTokenRequired { .. } => "fresh_token_required",
            Self::Forbidden { .. } => "forbidden",
            Self::CredentialsInvalid => "credentials_invalid",
            Self::StoreUnavailable => "store_unavailable",
            Self::NotIssued(_) => "token_not_issued",
        }
    }
}

impl From<StoreError> for AuthError {
    fn from(error: StoreError) -> Self {
        tracing::error!(target: "jwt::store", %error, "the session store failed");
        Self::StoreUnavailable
    }
}

/// What was malformed about the request, for logs; clients see one text for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedRequest {
    /// More than one `Authorization` header.
    #[error("more than one `Authorization` header")]
    HeaderRepeated,
    /// The credentials are not `Bearer` and one token of the alphabet of RFC 6750 §2.1.
    #[error("the credentials are not `Bearer <token>`")]
    CredentialsMalformed,
}

/// What was invalid about a token, for logs; clients see one text for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// Longer than [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of canonical base64url.
    #[error("the token is not three parts of canonical base64url")]
    FormatMalformed,
    /// The header is not a JSON object of the kind that RFC 7515 describes.
    #[error("the header is malformed")]
    HeaderMalformed,
    /// The header has `crit`, `b64`, `zip` or `enc`: an extension that is not supported.
    #[error("the header asks for an extension that is not supported")]
    ExtensionUnsupported,
    /// The header's `typ` is missing or names another kind of token.
    #[error("the header's `typ` is not the one of an access or refresh token")]
    TypNotAccepted,
    /// No key has this `kid`.
    #[error("no key has this `kid`")]
    KeyUnknown,
    /// The key for this `kid` is bound to another algorithm.
    #[error("the key is bound to another algorithm")]
    AlgorithmNotAllowed,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    SignatureInvalid,
    /// The payload is not a JSON object in UTF-8 with every name once.
    #[error("the payload is malformed")]
    PayloadMalformed,
    /// The header's `typ` and the claim `type` disagree.
    #[error("the header's `typ` and the claim `type` disagree")]
    TypMismatch,
}

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
    /// The key refused to sign.
    #[error("the key refused to sign")]
    SigningFailed,
    /// A refresh token was asked for inside of a session that is open already.
    #[error("a session has one refresh token; leave out `.in_session(…)`")]
    SessionTaken,
    /// The claims for a session's next tokens are about somebody else.
    #[error("the claims are about another subject than the session")]
    SubjectChanged,
    /// The call needs a store and the authority has none.
    #[error("this needs a store; give the builder `.store(…)`")]
    StoreMissing,
}

impl IssueError {
    pub(crate) fn claims(error: impl fmt::Display) -> Self {
        Self::ClaimsNotSerializable(error.to_string())
    }
}

/// Why a store could not answer. Every variant becomes a 503: a guard that does not know refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No answer within the deadline.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The store answered with an error, or could not be reached.
    #[error("{0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store has no room and refuses to forget a revocation.
    #[error("the store is full")]
    Full,
}

impl StoreError {
    /// Wraps the error of a store's own client.
    pub fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }
}

/// What is wrong with a configuration, found when the authority is built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No key at all.
    #[error("no key; give the builder `.secret(…)`, `.signing_key(…)` or `.verifying_key(…)`")]
    KeyMissing,
    /// A secret that is shorter than the output of its hash.
    #[error(
        "the secret for {algorithm} has {actual} bytes and needs at least {required}; \
         make one with `openssl rand -base64 {required}`"
    )]
    SecretTooShort {
        /// The algorithm that the secret is for.
        algorithm: &'static str,
        /// How many bytes it has.
        actual: usize,
        /// How many bytes it needs; RFC 7518 §3.2.
        required: usize,
    },
    /// A secret that is found in tutorials or repeats one byte.
    #[error("the secret is not random; make one with `openssl rand -base64 48`")]
    SecretGuessable,
    /// A key that could not be read.
    #[error("the key for {algorithm} could not be read: {hint}")]
    KeyUnreadable {
        /// The algorithm that the key is for.
        algorithm: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// A key of the wrong kind, curve or size.
    #[error("the key does not fit {algorithm}: {hint}")]
    KeyUnfit {
        /// The algorithm that the key is for.
        algorithm: &'static str,
        /// What is required.
        hint: &'static str,
    },
    /// The configured public key does not belong to the private key.
    #[error(
        "a verifying key does not belong to the signing key; if it is another key, give each its own `kid`"
    )]
    KeyPairMismatch,
    /// Two keys with one `kid`, or two without any.
    #[error("two keys have the same `kid`; give every key its own with `.with_kid(…)`")]
    KidRepeated,
    /// A `kid` that is empty or longer than 128 bytes.
    #[error("a `kid` has to be 1 to 128 bytes")]
    KidInvalid,
    /// Built without a crypto backend.
    #[error(
        "built without a crypto backend; turn on the feature `aws-lc-rs` or `rust-crypto` of jwt-runtime"
    )]
    CryptoBackendMissing,
    /// Built with both crypto backends and none chosen.
    #[error(
        "built with both crypto backends; turn off one of the features `aws-lc-rs` and \
         `rust-crypto`, or choose one with `.crypto_backend(…)`"
    )]
    CryptoBackendAmbiguous,
    /// An access or refresh lifetime of zero, or one that ends after the year 9999.
    #[error("`{0}` has to be between one second and 100 years")]
    LifetimeInvalid(&'static str),
    /// A leeway of more than five minutes.
    #[error("the leeway has to be at most five minutes, as RFC 7519 §4.1.4 has it")]
    LeewayTooLong,
    /// An empty issuer or audience.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// A setting that could not be understood.
    #[error("`{name}`: {reason}")]
    Setting {
        /// The setting or the environment variable.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The store could not be opened.
    #[error("the store could not be opened")]
    Store(#[from] StoreError),
}
