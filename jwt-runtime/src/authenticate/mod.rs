//! The pipeline of a request, from header to claims, in the order in which it happens.
//!
//! Cheap before dear, and nothing of the application's before the token is known to be genuine:
//! the store is asked last and once, and only about a token that everything else accepts.

mod by_hand;
mod renewal;
mod wanted;

use std::borrow::Cow;

use http::request::Parts;

pub(crate) use self::wanted::{Check, Wanted, WantedParam};

use crate::auth::{JwtAuth, OlderStanding, Unasked};
use crate::csrf;
use crate::error::AuthError;
use crate::locate::{LocatedToken, Search, locate};
use crate::meter;
use crate::numeric_date::NumericDate;
use crate::policy::{Passed, RevocationRule, Rules};
use crate::store::{Standing, TokenRef};
use crate::token::{Lifelines, SignedToken, Verified, VerifiedEnvelope};
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;
use crate::trace;

/// Decides about a request, and gives a handler what it wants of the token.
///
/// # Errors
///
/// The first check that fails, as the one variant of [`AuthError`] that stands for it.
pub(crate) async fn authenticate(
    auth: &JwtAuth,
    parts: &Parts,
    token_types: &[TokenType],
    rules: &Rules,
    wanted: &mut dyn Wanted,
) -> Result<(), AuthError> {
    let Err(refusal) = admit(auth, parts, token_types, rules, wanted).await else {
        meter::accepted();
        return Ok(());
    };
    let passes = rules.passes_without_token(&refusal) && wanted.accept_none();
    if !passes || refusal != AuthError::TokenMissing {
        trace::refused(&refusal);
    }
    if passes { Ok(()) } else { Err(refusal) }
}

async fn admit(
    auth: &JwtAuth,
    parts: &Parts,
    token_types: &[TokenType],
    rules: &Rules,
    wanted: &mut dyn Wanted,
) -> Result<(), AuthError> {
    match token_types {
        [token_type] => {
            let search = auth.search(parts, *token_type, rules.locations);
            admit_renewed(auth, search, rules, wanted).await
        }
        token_types => {
            // Rare, and large: it would make the future of every guard larger.
            Box::pin(admit_any(auth, parts, token_types, rules, wanted)).await
        }
    }
}

/// The same for tokens of several kinds: what is in no place of the one, or has expired there, may be
/// in those of the next. No token is made for such a request; the refresh cookie is good as it is.
async fn admit_any(
    auth: &JwtAuth,
    parts: &Parts,
    token_types: &[TokenType],
    rules: &Rules,
    wanted: &mut dyn Wanted,
) -> Result<(), AuthError> {
    let mut refusal = AuthError::TokenMissing;
    for (position, token_type) in token_types.iter().enumerate() {
        let search = auth.search(parts, *token_type, rules.locations);
        // Where all kinds are in one place, it was looked at.
        let is_new = |location: &&TokenLocation| position == 0 || location.is_of_one_kind();
        let locations: Vec<TokenLocation> =
            search.locations().iter().filter(is_new).copied().collect();
        if locations.is_empty() {
            continue;
        }
        let search = Search { locations: &locations, ..search };
        let outcome = match locate(search).await {
            Ok(located) => verify(auth, search, rules, wanted, &located).await,
            Err(refusal) => Err(refusal),
        };
        match outcome {
            Err(AuthError::TokenMissing) => {}
            Err(AuthError::TokenExpired) => refusal = AuthError::TokenExpired,
            outcome => return outcome,
        }
    }
    Err(refusal)
}

/// The same for tokens of one kind, and for cookies that renew themselves.
async fn admit_renewed(
    auth: &JwtAuth,
    search: Search<'_>,
    rules: &Rules,
    wanted: &mut dyn Wanted,
) -> Result<(), AuthError> {
    let expected = rules.expected.or(wanted.expected());
    let located = match locate(search).await {
        Err(AuthError::TokenMissing) => {
            renewal::interim(auth, search, &expected).await?.ok_or(AuthError::TokenMissing)?
        }
        located => located?,
    };
    match verify(auth, search, rules, wanted, &located).await {
        Err(AuthError::TokenExpired) if located.location() == TokenLocation::Cookie => {
            let interim = renewal::interim(auth, search, &expected).await?;
            let interim = interim.ok_or(AuthError::TokenExpired)?;
            verify(auth, search, rules, wanted, &interim).await
        }
        outcome => outcome,
    }
}

async fn verify(
    auth: &JwtAuth,
    search: Search<'_>,
    rules: &Rules,
    wanted: &mut dyn Wanted,
    located: &LocatedToken<'_>,
) -> Result<(), AuthError> {
    let now = auth.now();
    let location = located.location();
    let signed = auth.open(located.as_str())?;
    let envelope = wanted.read(&signed, auth.settings(), &rules.expected, now)?;
    rules.check_type(&envelope)?;
    if location == TokenLocation::Cookie {
        if envelope.token_type != search.token_type {
            return Err(AuthError::TokenTypeWrong { expected: search.token_type });
        }
        check_csrf(auth, search, &envelope).await?;
    }
    rules.check_freshness(&envelope, now)?;
    let Passed = wanted.check()?;
    check_requirement(auth, &signed)?;
    if rules.revocation == RevocationRule::Check {
        ask_store(auth, rules, &envelope, now).await?;
    }
    let compact = signed.compact();
    if location == TokenLocation::Cookie {
        renewal::note(auth, search, &envelope, compact, now);
    }
    let lifelines: &dyn Lifelines = match rules.revocation {
        RevocationRule::Check => auth,
        RevocationRule::Skip => &Unasked(auth),
    };
    let location = Some(location);
    wanted.accept(Verified { claims: (), envelope, compact, location, lifelines });
    Ok(())
}

/// What the application asks of every token.
fn check_requirement(auth: &JwtAuth, token: &SignedToken<'_>) -> Result<(), AuthError> {
    let requirements = auth.hooks().requirements();
    if requirements.is_empty() {
        return Ok(());
    }
    let (claims, envelope) = token.accepted_claims()?;
    let registered = envelope.into_owned();
    requirements.iter().try_for_each(|requirement| requirement(&registered, &claims))
}

/// Whether a page of the application has sent what came by cookie; `search` says for which kind of
/// token it would send what it has.
async fn check_csrf(
    auth: &JwtAuth,
    search: Search<'_>,
    token: &VerifiedEnvelope<'_>,
) -> Result<(), AuthError> {
    // Without cookies of its own an authority finds none.
    let Some(cookies) = auth.cookies() else { return Err(AuthError::TokenMissing) };
    let Search { parts, exchange, token_type, .. } = search;
    csrf::check(parts, exchange, &cookies.csrf, token_type, token.csrf.as_deref()).await
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
    if token.is_older {
        // Rare, and large: it would make the future of every guard larger.
        return Box::pin(ask_about_older(auth, token, now)).await;
    }
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

async fn ask_about_older(
    auth: &JwtAuth,
    token: &VerifiedEnvelope<'_>,
    now: NumericDate,
) -> Result<(), AuthError> {
    let token = TokenRef {
        subject: &token.sub,
        session_id: "",
        token_id: &token.jti,
        token_type: token.token_type,
    };
    let record = auth.older_record(token, now)?;
    match record.standing().await? {
        OlderStanding::Live => Ok(()),
        OlderStanding::Revoked => Err(AuthError::TokenRevoked),
        OlderStanding::UsedFor(session_id) => Err(record.refuse_used(&session_id).await),
    }
}
