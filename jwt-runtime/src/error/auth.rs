//! Why a request is refused.

use std::borrow::Cow;
use std::time::Duration;

use super::{CsrfFailure, IssueError, StoreError};
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
    /// The token is good, and the application knows no such user (any more).
    #[error("the user is unknown")]
    UserUnknown,
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
    /// The token came by cookie, and nothing shows that a page of the application has sent it.
    #[error("{0}")]
    CsrfFailed(CsrfFailure),
    /// A login or re-authentication with wrong credentials; for an application's own handlers.
    #[error("the credentials are not valid")]
    CredentialsInvalid,
    /// A login of somebody who has as many sessions as they may.
    #[error("there are as many sessions as there may be")]
    SessionLimitReached,
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
            Self::UserUnknown => "user_unknown",
            Self::FreshTokenRequired { .. } => "fresh_token_required",
            Self::Forbidden { .. } => "forbidden",
            Self::CsrfFailed(_) => "csrf_failed",
            Self::CredentialsInvalid => "credentials_invalid",
            Self::SessionLimitReached => "session_limit_reached",
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
    /// More than one header with credentials.
    #[error("more than one header with credentials")]
    HeaderRepeated,
    /// The credentials are not the scheme and one token of the alphabet of RFC 6750 §2.1.
    #[error("the credentials are not `Bearer <token>`")]
    CredentialsMalformed,
    /// A token in two locations.
    #[error("a token in more than one location")]
    TokenRepeated,
    /// Two cookies of one name: one of them is somebody else's, and nobody can say which.
    #[error("more than one cookie of one name")]
    CookieRepeated,
    /// The parameter of the query stands there twice, or without its prefix.
    #[error("the query parameter of the token is there twice, or is not what it has to be")]
    QueryMalformed,
    /// The body is not what its content type says, or has the token twice.
    #[error("the body with the token is malformed, too long, or has the token twice")]
    BodyMalformed,
    /// `Sec-WebSocket-Protocol` has `bearer` without one token behind it.
    #[error("the protocol `bearer` is not followed by one token")]
    ProtocolMalformed,
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
