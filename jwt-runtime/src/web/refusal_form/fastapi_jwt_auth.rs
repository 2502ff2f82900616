//! fastapi-jwt-auth 0.5, with the exception handler of its documentation.

use serde_json::json;

use super::{Told, pyjwt};
use crate::error::{AuthError, CsrfFailure};
use crate::token_type::TokenType;

/// Every refusal in its words.
pub(super) fn tell(refusal: &AuthError) -> Told {
    let told = |status, text: &str| Told::new(status, json!({ "detail": text }));
    match refusal {
        AuthError::TokenMissing => told(401, "Missing Authorization Header"),
        AuthError::RequestMalformed(_) => {
            told(422, "Bad Authorization header. Expected value 'Bearer <JWT>'")
        }
        AuthError::TokenInvalid(reason) => told(422, pyjwt::invalid(*reason)),
        AuthError::TokenExpired => told(422, "Signature has expired"),
        AuthError::TokenNotYetValid => told(422, pyjwt::NOT_YET_VALID),
        AuthError::TokenTypeWrong { expected: TokenType::Access } => {
            told(422, "Only access tokens are allowed")
        }
        AuthError::TokenTypeWrong { expected: TokenType::Refresh } => {
            told(422, "Only refresh tokens are allowed")
        }
        AuthError::ClaimInvalid { claim } => told(422, &pyjwt::claim(claim)),
        AuthError::TokenRevoked | AuthError::TokenReused => told(401, "Token has been revoked"),
        AuthError::FreshTokenRequired { .. } => told(401, "Fresh token required"),
        AuthError::CsrfFailed(CsrfFailure::Missing(_) | CsrfFailure::FormUnreadable(_)) => {
            told(401, "Missing CSRF Token")
        }
        AuthError::CsrfFailed(CsrfFailure::Mismatch(_)) => {
            told(401, "CSRF double submit tokens do not match")
        }
        AuthError::CsrfFailed(CsrfFailure::NotInToken) => told(422, "Missing claim: csrf"),
        AuthError::CsrfFailed(CsrfFailure::CrossOrigin)
        | AuthError::UserUnknown
        | AuthError::Forbidden { .. }
        | AuthError::CredentialsInvalid
        | AuthError::SessionLimitReached
        | AuthError::StoreUnavailable
        | AuthError::NotIssued(_) => Told::ours(refusal, json!({ "detail": refusal.to_string() })),
    }
}
