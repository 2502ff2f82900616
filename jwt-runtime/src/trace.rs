//! What is logged: causes and ids, never a token, a secret or a claim of the application.

use std::fmt::Display;

use crate::error::AuthError;
use crate::store::TokenRef;

/// Tells the developer what the client is not told; target `jwt::rejection`.
pub(crate) fn refused(refusal: &AuthError) {
    let reason: Option<&dyn Display> = match refusal {
        AuthError::TokenInvalid(reason) => Some(reason),
        AuthError::RequestMalformed(reason) => Some(reason),
        _ => None,
    };
    match reason {
        Some(reason) => {
            tracing::debug!(target: "jwt::rejection", code = refusal.code(), %reason, "refused");
        }
        None => tracing::debug!(target: "jwt::rejection", code = refusal.code(), "refused"),
    }
}

/// Tells the operator that a session was ended because a refresh token came twice; target
/// `jwt::reuse`.
pub(crate) fn reused(token: TokenRef<'_>) {
    tracing::warn!(
        target: "jwt::reuse",
        jti = token.token_id,
        sid = token.session_id,
        "a refresh token was presented for a second time; its session has been ended"
    );
}
