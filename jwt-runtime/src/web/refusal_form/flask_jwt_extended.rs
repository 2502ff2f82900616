//! flask-jwt-extended 4.7.

use serde_json::json;

use super::{Told, pyjwt};
use crate::error::{AuthError, CsrfFailure};
use crate::token_type::TokenType;

/// Every refusal in its words.
pub(super) fn tell(refusal: &AuthError) -> Told {
    let told = |status, text: &str| Told::new(status, json!({ "msg": text }));
    match refusal {
        AuthError::TokenMissing => told(401, "Missing Authorization Header"),
        AuthError::RequestMalformed(_) => {
            told(422, "Bad Authorization header. Expected 'Authorization: Bearer <JWT>'")
        }
        AuthError::TokenInvalid(reason) => told(422, pyjwt::invalid(*reason)),
        AuthError::TokenExpired => told(401, "Token has expired"),
        AuthError::TokenNotYetValid => told(422, pyjwt::NOT_YET_VALID),
        AuthError::TokenTypeWrong { expected: TokenType::Access } => {
            told(422, "Only non-refresh tokens are allowed")
        }
        AuthError::TokenTypeWrong { expected: TokenType::Refresh } => {
            told(422, "Only refresh tokens are allowed")
        }
        AuthError::ClaimInvalid { claim } if claim == "aud" => told(422, "Audience doesn't match"),
        AuthError::ClaimInvalid { claim } => told(422, &pyjwt::claim(claim)),
        AuthError::TokenRevoked | AuthError::TokenReused => told(401, "Token has been revoked"),
        AuthError::UserUnknown => told(401, "Error loading the user"),
        AuthError::FreshTokenRequired { .. } => told(401, "Fresh token required"),
        AuthError::Forbidden { .. } => told(400, "User claims verification failed"),
        AuthError::CsrfFailed(CsrfFailure::Missing(_) | CsrfFailure::FormUnreadable(_)) => {
            told(401, "Missing CSRF token")
        }
        AuthError::CsrfFailed(CsrfFailure::Mismatch(_)) => {
            told(401, "CSRF double submit tokens do not match")
        }
        AuthError::CsrfFailed(CsrfFailure::NotInToken) => told(422, "Missing claim: csrf"),
        AuthError::CsrfFailed(CsrfFailure::CrossOrigin)
        | AuthError::CredentialsInvalid
        | AuthError::SessionLimitReached
        | AuthError::StoreUnavailable
        | AuthError::NotIssued(_) => Told::ours(refusal, json!({ "msg": refusal.to_string() })),
    }
}
