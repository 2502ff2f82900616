//! The pipeline of a request, from header to claims, in the order in which it happens.
//!
//! Cheap before dear, and nothing of the application's before the token is known to be genuine:
//! the store is asked last and once, and only about a token that everything else accepts.

use std::borrow::Cow;

use http::HeaderMap;

use crate::auth::JwtAuth;
use crate::error::AuthError;
use crate::locate::locate;
use crate::meter;
use crate::numeric_date::NumericDate;
use crate::param::{Admitted, GuardParam, TokenKind};
use crate::policy::{PresenceRule, RevocationRule, Rules};
use crate::store::{Standing, TokenRef};
use crate::token::{SignedToken, Verified, VerifiedEnvelope};
use crate::trace;

/// The conditions of one guard. By reference, so that what follows is compiled once for each type of
/// parameter, and not once for each guard.
pub(crate) type Check<'a, C> = &'a (dyn Fn(&C) -> Result<(), AuthError> + Sync);

/// Decides about a request and gives the handler what it asked for.
///
/// # Errors
///
/// The first check that fails, as the one variant of [`AuthError`] that stands for it.
pub(crate) async fn authenticate<T: GuardParam<K>, K: TokenKind>(
    auth: &JwtAuth,
    headers: &HeaderMap,
    rules: &Rules,
    check: Check<'_, T::Claims>,
) -> Result<T, AuthError> {
    let outcome = admit::<T, K>(auth, headers, rules, check).await;
    if outcome.is_ok() {
        meter::accepted();
    }
    if let Err(refusal) = &outcome {
        if *refusal == AuthError::TokenMissing
            && rules.presence == PresenceRule::Optional
            && let Some(absent) = T::absent()
        {
            return Ok(absent);
        }
        trace::refused(refusal);
    }
    outcome
}

async fn admit<T: GuardParam<K>, K: TokenKind>(
    auth: &JwtAuth,
    headers: &HeaderMap,
    rules: &Rules,
    check: Check<'_, T::Claims>,
) -> Result<T, AuthError> {
    let now = auth.now();
    let located = locate(headers)?;
    let signed = SignedToken::open(located.as_str(), auth.keys(), auth.headers())
        .map_err(AuthError::TokenInvalid)?;
    let (claims, envelope) = signed.claims::<T::Claims>(auth.settings(), &rules.expected, now)?;
    rules.check(&envelope, now)?;
    check(&claims)?;
    if rules.revocation == RevocationRule::Check {
        ask_store(auth, rules, &envelope, now).await?;
    }
    let compact = signed.compact();
    Ok(T::from_verified(Admitted(Verified { claims, envelope, compact })))
}

/// The one question to the store; without a store, or about a type that is not looked up, there is
/// nothing to ask.
async fn ask_store(
    auth: &JwtAuth,
    rules: &Rules,
    token: &VerifiedEnvelope<'_>,
    now: NumericDate,
) -> Result<(), AuthError> {
    let sessions = auth.session_rules();
    let Some(store) = auth.store().filter(|_| sessions.checks(token.token_type)) else {
        return Ok(());
    };
    // A token outside of any session could not be ended by a logout.
    let session_id =
        token.sid.as_deref().ok_or(AuthError::ClaimInvalid { claim: Cow::Borrowed("sid") })?;
    let token = TokenRef {
        subject: &token.sub,
        session_id,
        token_id: &token.jti,
        token_type: token.token_type,
    };
    let standing = match store.standing(token, now).await {
        Err(error)
            if sessions.accepts_unchecked && error.is_outage() && rules.is_plain_access() =>
        {
            meter::accepted_unchecked();
            trace::unchecked(token, &error);
            return Ok(());
        }
        answer => answer?,
    };
    match standing {
        Standing::Live => Ok(()),
        Standing::Revoked | Standing::SessionEnded => Err(AuthError::TokenRevoked),
        Standing::Superseded { rotated_at } if sessions.is_within_grace(rotated_at, now) => Ok(()),
        Standing::Reused | Standing::Superseded { .. } => {
            // RFC 9700 §4.14.2: somebody else may hold the successor.
            auth.end_reused(token, now).await?;
            Err(AuthError::TokenReused)
        }
    }
}
