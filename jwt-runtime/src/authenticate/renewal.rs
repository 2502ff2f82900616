//! What a guard does for those who come with cookies that end soon, or have ended.

use serde_json::{Map, Value};

use super::{ask_store, check_csrf};
use crate::auth::{JwtAuth, RenewalSettings};
use crate::claims::Claims;
use crate::error::AuthError;
use crate::exchange::Exchange;
use crate::locate::{LocatedToken, Search, cookie};
use crate::numeric_date::NumericDate;
use crate::policy::Rules;
use crate::token::{RefreshToken, SignedToken, Verified, VerifiedEnvelope};
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;
use crate::trace;

/// Asks for a successor of an access token that was accepted and ends soon.
pub(super) fn note(
    auth: &JwtAuth,
    search: Search<'_>,
    token: &VerifiedEnvelope<'_>,
    compact: &str,
    now: NumericDate,
) {
    if let Some((renewal, exchange)) = renews(auth, search)
        && token.exp.since(now) <= renewal.within
    {
        exchange.renew(compact);
    }
}

/// Trades the refresh cookie for an access token, where that was chosen and it is a good one; the
/// answer will set the cookies of both.
///
/// # Errors
///
/// - What keeps a good refresh token from being traded. A bad one is no error: it is not what the
///   request was asked for.
pub(super) async fn traded<C: Claims>(
    auth: &JwtAuth,
    search: Search<'_>,
    rules: &Rules,
) -> Result<Option<LocatedToken<'static>>, AuthError> {
    match renews(auth, search) {
        Some((renewal, exchange)) if renewal.from_refresh_cookie => {
            // Rare, and large: it would make the future of every guard larger.
            match Box::pin(trade::<C>(auth, search, exchange, rules)).await {
                Ok(traded) => Ok(traded),
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
    let exchange = search.exchange.filter(|exchange| exchange.renews())?;
    let is_one = search.token_type == TokenType::Access
        && search.locations().contains(&TokenLocation::Cookie)
        && renewal.takes(search.parts);
    is_one.then_some((renewal, exchange))
}

async fn trade<C: Claims>(
    auth: &JwtAuth,
    search: Search<'_>,
    exchange: &Exchange,
    rules: &Rules,
) -> Result<Option<LocatedToken<'static>>, AuthError> {
    let refresh_search = Search { token_type: TokenType::Refresh, ..search };
    let Some(compact) = cookie(refresh_search)? else { return Ok(None) };
    let now = auth.now();
    let signed =
        SignedToken::open(compact, auth.keys(), auth.headers()).map_err(AuthError::TokenInvalid)?;
    let expected = rules.expected.or(&C::EXPECTED);
    let (claims, envelope) =
        signed.claims::<Map<String, Value>>(auth.settings(), &expected, now)?;
    let refresh_rules = Rules::refresh();
    refresh_rules.check_type(&envelope)?;
    check_csrf(auth, search, &envelope).await?;
    ask_store(auth, &refresh_rules, &envelope, now).await?;
    let location = TokenLocation::Cookie;
    let verified = Verified { claims, envelope, compact, location, lifelines: auth };
    let pair = auth.rotate(RefreshToken::new(verified.into_token())).await?;
    exchange.set(auth.set_cookies(&pair)?);
    Ok(Some(LocatedToken::new(pair.access_token().as_str().to_owned(), location)))
}
