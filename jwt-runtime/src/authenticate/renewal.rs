//! What a guard does for those who come with cookies that end soon, or have ended.

use serde_json::{Map, Value};

use super::{ask_store, check_csrf, check_requirement};
use crate::auth::{JwtAuth, RenewalSettings};
use crate::claims::Expected;
use crate::error::AuthError;
use crate::exchange::{Exchange, Needs, Renewal};
use crate::locate::{LocatedToken, Search, cookie};
use crate::numeric_date::NumericDate;
use crate::policy::Rules;
use crate::token::VerifiedEnvelope;
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;
use crate::trace;

/// Asks for a successor of an access token that was accepted and ends soon.
///
/// One that was made for less than an access token's lifetime was made so on purpose, or ends with
/// its session.
pub(super) fn note(
    auth: &JwtAuth,
    search: Search<'_>,
    token: &VerifiedEnvelope<'_>,
    compact: &str,
    now: NumericDate,
) {
    let Some((renewal, exchange)) = renews(auth, search) else { return };
    let is_of_full_length =
        token.iat.is_some_and(|issued| token.exp.since(issued) >= auth.access_lifetime());
    if is_of_full_length && !token.is_older && token.exp.since(now) <= renewal.within {
        exchange.renew(Renewal::Due(compact.into()));
    }
}

/// An access token for the refresh cookie, where that was chosen and it is a good one, with what is
/// `expected` of it too.
///
/// The refresh token is not used up here, but when the answer is there that can bring the next one:
/// a client that hangs up meanwhile, or a handler that takes its time, would lose the session.
///
/// # Errors
///
/// - What keeps a good refresh token from being traded. A bad one is no error: it is not what the
///   request was asked for.
pub(super) async fn interim(
    auth: &JwtAuth,
    search: Search<'_>,
    expected: &Expected,
) -> Result<Option<LocatedToken<'static>>, AuthError> {
    match renews(auth, search) {
        Some((renewal, exchange)) if renewal.from_refresh_cookie => {
            // Rare, and large: it would make the future of every guard larger.
            match Box::pin(for_refresh_token(auth, search, renewal, exchange, expected)).await {
                Ok(token) => Ok(token),
                Err(
                    refusal @ (AuthError::StoreUnavailable
                    | AuthError::CsrfFailed(_)
                    | AuthError::RequestMalformed(_)
                    | AuthError::NotIssued(_)),
                ) => Err(refusal),
                Err(refusal) => {
                    trace::refused(&refusal);
                    Ok(None)
                }
            }
        }
        _ => Ok(None),
    }
}

/// The settings, if this request is one whose answer may renew.
fn renews<'r>(
    auth: &'r JwtAuth,
    search: Search<'r>,
) -> Option<(&'r RenewalSettings, &'r Exchange)> {
    let renewal = auth.cookies()?.renewal.as_ref()?;
    let exchange = Exchange::required(search.exchange, Needs::Renewal)?;
    let is_one = exchange.renews()
        && search.token_type == TokenType::Access
        && search.locations().contains(&TokenLocation::Cookie);
    is_one.then_some((renewal, exchange))
}

async fn for_refresh_token(
    auth: &JwtAuth,
    search: Search<'_>,
    renewal: &RenewalSettings,
    exchange: &Exchange,
    expected: &Expected,
) -> Result<Option<LocatedToken<'static>>, AuthError> {
    let refresh_search = Search { token_type: TokenType::Refresh, ..search };
    let Some(compact) = cookie(refresh_search)? else { return Ok(None) };
    let located = |access: String| Some(LocatedToken::new(access, TokenLocation::Cookie));
    if let Some(access) = exchange.interim_access(compact) {
        return Ok(located(access));
    }
    let now = auth.now();
    let signed = auth.open(compact)?;
    let (claims, envelope) = signed.claims::<Map<String, Value>>(auth.settings(), expected, now)?;
    // It buys a session where it is traded, and nothing on the way.
    if envelope.is_older {
        return Ok(None);
    }
    let refresh_rules = Rules::refresh();
    refresh_rules.check_type(&envelope)?;
    check_csrf(auth, search, &envelope).await?;
    check_requirement(auth, &signed)?;
    ask_store(auth, &refresh_rules, &envelope, now).await?;
    let registered = envelope.into_owned();
    // Within the leeway it is let in for the last time, and buys nothing that would be good.
    if registered.exp <= now || !renewal.allows(&registered).await {
        return Ok(None);
    }
    let access = auth.interim_access(&registered, &claims)?;
    exchange.renew(Renewal::Trade { refresh: compact.into(), access: access.as_str().into() });
    Ok(located(access.as_str().to_owned()))
}
