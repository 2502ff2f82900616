//! From text to trust: the signature first, then the claims.

use std::borrow::Cow;
use std::time::Duration;

use super::decode::{CompactToken, base64url};
use super::header::HeaderCache;
use super::older::{OlderTokens, is_made_up};
use super::verified::VerifiedEnvelope;
use crate::claims::{Audience, Claims, Envelope, Expected, NoClaims, PayloadError, parse};
use crate::error::{AuthError, InvalidToken};
use crate::keys::{KeyChoice, KeyRing, SetKey, SignedBy};
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
    /// Issuers beside the one that is written.
    pub(crate) other_issuers: Vec<String>,
    /// Tokens of an older library, where they are accepted.
    pub(crate) older: Option<OlderTokens>,
    /// Which key has to have signed for whom.
    pub(crate) key_choice: Option<KeyChoice>,
}

impl VerifySettings {
    fn accepts_issuer(&self, issuer: Option<&str>) -> bool {
        let mut accepted = self.issuer.iter().chain(&self.other_issuers).peekable();
        accepted.peek().is_none() || accepted.any(|accepted| Some(accepted.as_str()) == issuer)
    }
}

/// Whether a token may have expired.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expiry {
    Asked,
    Ignored,
}

/// A token whose signature holds; nothing is known yet of what it says.
pub(crate) struct SignedToken<'t> {
    compact: &'t str,
    /// Nothing in a token of an older library.
    announced: Option<TokenType>,
    /// The name of the key that has signed it, where that decides.
    kid: Option<String>,
    /// The keys of others that have; none, if it is the authority's own.
    set_keys: Vec<SetKey>,
    payload: Vec<u8>,
}

impl<'t> SignedToken<'t> {
    /// Checks shape, header and signature, in this order.
    pub(crate) fn open(
        compact: &'t str,
        keys: &KeyRing,
        headers: &HeaderCache,
        settings: &VerifySettings,
    ) -> Result<Self, InvalidToken> {
        let token = CompactToken::parse(compact)?;
        let (key, announced) = headers.resolve(token.header, keys, settings.older.is_some())?;
        let signature = base64url(token.signature)?;
        let signed_by = key.verify(token.signing_input.as_bytes(), &signature)?;
        let is_older = announced.is_none();
        let named =
            |kid: Option<&str>| kid.filter(|_| settings.key_choice.is_some()).map(str::to_owned);
        let (kid, set_keys) = match signed_by {
            SignedBy::Own(kid) => (named(kid), Vec::new()),
            SignedBy::Sets(mut set_keys) => {
                set_keys.retain(|key| !is_older || key.is_for_older());
                let first = set_keys.first().ok_or(InvalidToken::TypNotAccepted)?;
                (named(first.kid()), set_keys)
            }
        };
        let payload = base64url(token.payload)?;
        let payload = match &settings.older {
            Some(older) if is_older => older.translated(&payload)?,
            _ => payload,
        };
        Ok(Self { compact, announced, kid, set_keys, payload })
    }

    /// Whether the key of somebody else has signed it.
    pub(crate) fn is_of_set(&self) -> bool {
        !self.set_keys.is_empty()
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
        self.read(settings, route, now, Expiry::Asked)
    }

    /// The same, also of a token that has expired.
    pub(crate) fn expired_claims<C: Claims>(
        &self,
        settings: &VerifySettings,
        now: NumericDate,
    ) -> Result<(C, VerifiedEnvelope<'_>), AuthError> {
        self.read(settings, &Expected::NOTHING, now, Expiry::Ignored)
    }

    fn read<C: Claims>(
        &self,
        settings: &VerifySettings,
        route: &Expected,
        now: NumericDate,
        expiry: Expiry,
    ) -> Result<(C, VerifiedEnvelope<'_>), AuthError> {
        let expected = [route, &C::EXPECTED];
        let mut envelope = Envelope::default();
        match parse::<C>(&self.payload, &mut envelope) {
            Ok(claims) => {
                let envelope = self.check(envelope, settings, expected, now, expiry)?;
                claims.check_rules().map_err(|refused| claim_invalid(refused.name()))?;
                Ok((claims, envelope))
            }
            Err(error) => Err(self.why_unread(error, settings, expected, now, expiry)),
        }
    }

    /// What to say of a token whose claims were not read: an expired one of an older shape is expired,
    /// and not a token with a claim missing.
    fn why_unread(
        &self,
        error: PayloadError,
        settings: &VerifySettings,
        expected: [&Expected; 2],
        now: NumericDate,
        expiry: Expiry,
    ) -> AuthError {
        if let PayloadError::Application(_) = error {
            let mut envelope = Envelope::default();
            let checked = parse::<NoClaims>(&self.payload, &mut envelope)
                .map_err(refusal)
                .and_then(|NoClaims| self.check(envelope, settings, expected, now, expiry));
            if let Err(earlier) = checked {
                return earlier;
            }
        }
        refusal(error)
    }

    /// Reads the claims of a token that a guard has accepted, and asks nothing of them.
    pub(crate) fn accepted_claims<C: Claims>(
        &self,
    ) -> Result<(C, VerifiedEnvelope<'_>), AuthError> {
        let mut envelope = Envelope::default();
        let claims = parse::<C>(&self.payload, &mut envelope).map_err(refusal)?;
        Ok((claims, self.required(envelope)?))
    }

    fn required<'p>(&self, envelope: Envelope<'p>) -> Result<VerifiedEnvelope<'p>, AuthError> {
        VerifiedEnvelope::require(envelope, self.announced.is_none())
    }

    fn check<'p>(
        &self,
        envelope: Envelope<'p>,
        settings: &VerifySettings,
        expected: [&Expected; 2],
        now: NumericDate,
        expiry: Expiry,
    ) -> Result<VerifiedEnvelope<'p>, AuthError> {
        let token = self.required(envelope)?;
        if self.announced.is_some_and(|announced| announced != token.token_type) {
            return Err(AuthError::TokenInvalid(InvalidToken::TypMismatch));
        }
        if self.is_of_set() && token.token_type == TokenType::Refresh {
            return Err(AuthError::TokenInvalid(InvalidToken::KeyUnknown));
        }
        if is_made_up(&token.sub) {
            return Err(claim_invalid("sub"));
        }
        if let Some(choice) = &settings.key_choice
            && !choice.allows(&token.sub, self.kid.as_deref())
        {
            return Err(AuthError::TokenInvalid(InvalidToken::KeyUnknown));
        }
        let leeway = expected
            .iter()
            .find_map(|expected| expected.leeway)
            .unwrap_or(settings.leeway)
            .min(MAX_LEEWAY);
        if expiry == Expiry::Asked && now >= token.exp + leeway {
            return Err(AuthError::TokenExpired);
        }
        if token.is_older
            && let Some(older) = &settings.older
        {
            // From when it was made, and not from now: it would be good when what is remembered of
            // it is gone.
            let issued = token.iat.ok_or_else(|| claim_invalid("iat"))?;
            if token.exp > issued + older.lifetime() {
                return Err(claim_invalid("exp"));
            }
        }
        let starts = [token.nbf, token.iat].into_iter().flatten().max();
        if starts.is_some_and(|start| now + leeway < start) {
            return Err(AuthError::TokenNotYetValid);
        }
        let issuer = expected.iter().find_map(|expected| expected.issuer);
        let is_from = |issuer: &str| token.iss.as_deref() == Some(issuer);
        let is_from_owner_of_key = self.set_keys.iter().filter_map(SetKey::issuer).any(is_from);
        let key_is_for_any =
            !self.is_of_set() || self.set_keys.iter().any(|key| key.issuer().is_none());
        let is_from_one = match issuer {
            Some(issuer) => is_from(issuer) && (is_from_owner_of_key || key_is_for_any),
            None => {
                is_from_owner_of_key
                    || key_is_for_any && settings.accepts_issuer(token.iss.as_deref())
            }
        };
        let omits_it = token.is_older
            && issuer.is_none()
            && token.iss.is_none()
            && settings.older.as_ref().is_some_and(|older| older.omits_issuer(token.token_type));
        if !is_from_one && !omits_it {
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
