//! From text to trust: the signature first, then the claims.

use std::borrow::Cow;
use std::time::Duration;

use super::decode::{CompactToken, base64url};
use super::header::HeaderCache;
use super::verified::VerifiedEnvelope;
use crate::claims::{Audience, Claims, Envelope, Expected, NoClaims, PayloadError, parse};
use crate::error::{AuthError, InvalidToken};
use crate::keys::KeyRing;
use crate::numeric_date::NumericDate;
use crate::token_type::TokenType;

/// "A few minutes"; [RFC 7519 §4.1.4](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4).
pub(crate) const MAX_LEEWAY: Duration = Duration::from_secs(300);

/// What an authority asks of the registered claims of every token.
#[derive(Clone, Debug, Default)]
pub(crate) struct VerifySettings {
    pub(crate) issuer: Option<String>,
    pub(crate) audience: Vec<String>,
    pub(crate) leeway: Duration,
}

/// A token whose signature holds; nothing is known yet of what it says.
pub(crate) struct SignedToken<'t> {
    compact: &'t str,
    announced: TokenType,
    payload: Vec<u8>,
}

impl<'t> SignedToken<'t> {
    /// Checks shape, header and signature, in this order.
    pub(crate) fn open(
        compact: &'t str,
        keys: &KeyRing,
        headers: &HeaderCache,
    ) -> Result<Self, InvalidToken> {
        let token = CompactToken::parse(compact)?;
        let (key, announced) = headers.resolve(token.header, keys)?;
        let signature = base64url(token.signature)?;
        key.verify(token.signing_input.as_bytes(), &signature)?;
        Ok(Self { compact, announced, payload: base64url(token.payload)? })
    }

    /// The token as it came.
    pub(crate) fn compact(&self) -> &'t str {
        self.compact
    }

    /// Reads the claims, and checks the registered ones before the application's.
    ///
    /// `route` comes before the claims type's own expectations, and those before `settings`.
    pub(crate) fn claims<C: Claims>(
        &self,
        settings: &VerifySettings,
        route: &Expected,
        now: NumericDate,
    ) -> Result<(C, VerifiedEnvelope<'_>), AuthError> {
        let mut envelope = Envelope::default();
        match parse::<C>(&self.payload, &mut envelope) {
            Ok(claims) => {
                let envelope = self.check(envelope, settings, [route, &C::EXPECTED], now)?;
                claims.check_rules().map_err(|refused| claim_invalid(refused.name()))?;
                Ok((claims, envelope))
            }
            // An expired token of an older shape is expired, and not a token with a claim missing.
            Err(PayloadError::Application(claim)) => {
                let mut envelope = Envelope::default();
                parse::<NoClaims>(&self.payload, &mut envelope).map_err(refusal)?;
                self.check(envelope, settings, [route, &C::EXPECTED], now)?;
                Err(refusal(PayloadError::Application(claim)))
            }
            Err(error) => Err(refusal(error)),
        }
    }

    /// Reads the claims of a token that a guard has accepted, and asks nothing of them.
    pub(crate) fn accepted_claims<C: Claims>(
        &self,
    ) -> Result<(C, VerifiedEnvelope<'_>), AuthError> {
        let mut envelope = Envelope::default();
        let claims = parse::<C>(&self.payload, &mut envelope).map_err(refusal)?;
        Ok((claims, VerifiedEnvelope::require(envelope)?))
    }

    fn check<'p>(
        &self,
        envelope: Envelope<'p>,
        settings: &VerifySettings,
        expected: [&Expected; 2],
        now: NumericDate,
    ) -> Result<VerifiedEnvelope<'p>, AuthError> {
        let token = VerifiedEnvelope::require(envelope)?;
        if token.token_type != self.announced {
            return Err(AuthError::TokenInvalid(InvalidToken::TypMismatch));
        }
        let leeway = expected
            .iter()
            .find_map(|expected| expected.leeway)
            .unwrap_or(settings.leeway)
            .min(MAX_LEEWAY);
        if now >= token.exp + leeway {
            return Err(AuthError::TokenExpired);
        }
        let starts = [token.nbf, token.iat].into_iter().flatten().max();
        if starts.is_some_and(|start| now + leeway < start) {
            return Err(AuthError::TokenNotYetValid);
        }
        let issuer =
            expected.iter().find_map(|expected| expected.issuer).or(settings.issuer.as_deref());
        if issuer.is_some_and(|issuer| token.iss.as_deref() != Some(issuer)) {
            return Err(claim_invalid("iss"));
        }
        let named = token.aud.as_ref();
        let is_for_us = match expected.iter().find(|expected| !expected.audience.is_empty()) {
            Some(expected) => is_named(named, expected.audience),
            None => is_named(named, &settings.audience),
        };
        if is_for_us { Ok(token) } else { Err(claim_invalid("aud")) }
    }
}

/// Whether a token is for one of `ours`; a token for somebody is never for an authority without a
/// name.
///
/// Source: [RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3).
fn is_named(named: Option<&Audience>, ours: &[impl AsRef<str>]) -> bool {
    match named {
        Some(named) => ours.iter().any(|recipient| named.contains(recipient.as_ref())),
        None => ours.is_empty(),
    }
}

fn claim_invalid(claim: &'static str) -> AuthError {
    AuthError::ClaimInvalid { claim: Cow::Borrowed(claim) }
}

fn refusal(error: PayloadError) -> AuthError {
    match error {
        PayloadError::Malformed => AuthError::TokenInvalid(InvalidToken::PayloadMalformed),
        PayloadError::Registered(claim) => claim_invalid(claim),
        PayloadError::Application(claim) => AuthError::ClaimInvalid {
            claim: claim.unwrap_or(Cow::Borrowed("(application claims)")),
        },
    }
}
