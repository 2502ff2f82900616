//! djangorestframework-simplejwt 5.5: every bad token is 401.

use serde_json::{Value, json};

use super::Told;
use crate::error::AuthError;
use crate::token_type::TokenType;

/// Every refusal in its words.
pub(super) fn tell(refusal: &AuthError) -> Told {
    let coded = |text: &str, code: &str| Told::new(401, json!({ "detail": text, "code": code }));
    match refusal {
        AuthError::TokenMissing => {
            Told::new(401, json!({ "detail": "Authentication credentials were not provided." }))
        }
        AuthError::RequestMalformed(_) => coded(
            "Authorization header must contain two space-delimited values",
            "bad_authorization_header",
        ),
        AuthError::ClaimInvalid { claim } if claim == "sub" => {
            coded("Token contained no recognizable user identification", "token_not_valid")
        }
        AuthError::ClaimInvalid { claim } => Told::new(401, not_valid(without(claim))),
        AuthError::TokenInvalid(_) | AuthError::TokenNotYetValid => {
            Told::new(401, not_valid("Token is invalid"))
        }
        AuthError::TokenExpired => Told::new(401, not_valid("Token is expired")),
        AuthError::TokenTypeWrong { .. } => Told::new(401, not_valid("Token has wrong type")),
        AuthError::TokenRevoked | AuthError::TokenReused => {
            coded("Token is blacklisted", "token_not_valid")
        }
        AuthError::UserUnknown => coded("User not found", "user_not_found"),
        AuthError::Forbidden { .. } => Told::new(
            403,
            json!({ "detail": "You do not have permission to perform this action." }),
        ),
        AuthError::CredentialsInvalid => {
            coded("No active account found with the given credentials", "no_active_account")
        }
        AuthError::FreshTokenRequired { .. }
        | AuthError::CsrfFailed(_)
        | AuthError::SessionLimitReached
        | AuthError::StoreUnavailable
        | AuthError::NotIssued(_) => {
            Told::ours(refusal, json!({ "detail": refusal.to_string(), "code": refusal.code() }))
        }
    }
}

/// What it says of a token without this claim.
fn without(claim: &str) -> &'static str {
    match claim {
        "exp" => "Token has no 'exp' claim",
        "jti" => "Token has no id",
        "type" => "Token has no type",
        _ => "Token is invalid",
    }
}

/// It tries each kind of token that a view takes, and lists what each said.
fn not_valid(message: &str) -> Value {
    json!({
        "detail": "Given token not valid for any token type",
        "code": "token_not_valid",
        "messages": [{
            "token_class": "AccessToken",
            "token_type": TokenType::Access.as_str(),
            "message": message,
        }],
    })
}
