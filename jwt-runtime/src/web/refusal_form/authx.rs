//! AuthX 1.7.

use serde_json::json;

use super::{Told, pyjwt};
use crate::error::{AuthError, CsrfFailure, InvalidToken};
use crate::token_type::TokenType;

/// Every refusal in its words.
pub(super) fn tell(refusal: &AuthError) -> Told {
    let told = |status, error_type: &str, text: &str| {
        Told::new(status, json!({ "message": text, "error_type": error_type }))
    };
    match refusal {
        // Where one is missing, it tells of the places that it has looked at for a token.
        AuthError::TokenMissing
        | AuthError::CsrfFailed(CsrfFailure::Missing(_) | CsrfFailure::FormUnreadable(_)) => {
            told(401, "MissingTokenError", "Token Error")
        }
        AuthError::RequestMalformed(_) => told(422, "JWTDecodeError", "Invalid Token"),
        AuthError::TokenInvalid(reason @ InvalidToken::SignatureInvalid) => {
            told(422, "TokenInvalidSignatureError", pyjwt::invalid(*reason))
        }
        AuthError::TokenInvalid(_) | AuthError::TokenNotYetValid => {
            told(422, "JWTDecodeError", "Invalid Token")
        }
        AuthError::TokenExpired => told(422, "TokenExpiredError", "Token has expired"),
        AuthError::TokenTypeWrong { expected: TokenType::Access } => {
            told(401, "AccessTokenRequiredError", "Access token required")
        }
        AuthError::TokenTypeWrong { expected: TokenType::Refresh } => {
            told(401, "RefreshTokenRequiredError", "Refresh token required")
        }
        AuthError::ClaimInvalid { claim } => match &**claim {
            "aud" => told(422, "TokenInvalidAudienceError", &pyjwt::claim(claim)),
            "iss" => told(422, "TokenInvalidIssuerError", &pyjwt::claim(claim)),
            _ => told(422, "JWTDecodeError", "Invalid Token"),
        },
        AuthError::TokenRevoked | AuthError::TokenReused => {
            told(401, "RevokedTokenError", "Invalid token")
        }
        AuthError::FreshTokenRequired { .. } => {
            told(401, "FreshTokenRequiredError", "Fresh token required")
        }
        AuthError::Forbidden { scope: Some(scope) } => {
            let scopes: Vec<_> = scope.split(' ').map(|scope| format!("'{scope}'")).collect();
            let text = format!("Missing required scopes: [{}]", scopes.join(", "));
            told(403, "InsufficientScopeError", &text)
        }
        AuthError::Forbidden { scope: None } => {
            told(403, "PolicyDeniedError", &refusal.to_string())
        }
        AuthError::CsrfFailed(CsrfFailure::Mismatch(_) | CsrfFailure::NotInToken) => {
            told(401, "CSRFError", "CSRF double submit does not match")
        }
        AuthError::CsrfFailed(CsrfFailure::CrossOrigin)
        | AuthError::UserUnknown
        | AuthError::CredentialsInvalid
        | AuthError::SessionLimitReached
        | AuthError::StoreUnavailable
        | AuthError::NotIssued(_) => {
            let body = json!({ "message": refusal.to_string(), "error_type": refusal.code() });
            Told::ours(refusal, body)
        }
    }
}
