//! What is logged, and counted with it: causes and ids, never a token, a secret or a claim of the
//! application.

use std::fmt::Display;

use crate::error::{AuthError, StoreError};
use crate::meter;
use crate::store::TokenRef;

/// Tells the developer what the client is not told; target `jwt::rejection`.
pub(crate) fn refused(refusal: &AuthError) {
    meter::refused(refusal.code());
    let reason: Option<&dyn Display> = match refusal {
        AuthError::TokenInvalid(reason) => Some(reason),
        AuthError::RequestMalformed(reason) => Some(reason),
        AuthError::CsrfFailed(reason) => Some(reason),
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
    meter::reused();
    tracing::warn!(
        target: "jwt::reuse",
        jti = token.token_id,
        sid = token.session_id,
        "a refresh token was presented for a second time; its session has been ended"
    );
}

/// Tells the operator that nobody knows whether this access token was revoked, and that it was
/// accepted nonetheless; target `jwt::store`.
pub(crate) fn unchecked(token: TokenRef<'_>, error: &StoreError) {
    tracing::error!(
        target: "jwt::store",
        jti = token.token_id,
        sid = token.session_id,
        %error,
        "an access token was accepted although the session store failed"
    );
}
