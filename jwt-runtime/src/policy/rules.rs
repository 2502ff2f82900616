//! What a guard asks of a token apart from the application's claims.

use std::time::Duration;

use crate::claims::Expected;
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::token::VerifiedEnvelope;
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

/// What a guard asks of a token apart from the application's claims; built in `const` context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// `None` takes both.
    pub(crate) token_type: Option<TokenType>,
    pub(crate) freshness: FreshnessRule,
    pub(crate) expected: Expected,
    pub(crate) revocation: RevocationRule,
    presence: PresenceRule,
    /// Empty leaves the choice to the authority.
    pub(crate) locations: &'static [TokenLocation],
}

/// What a request without a token means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PresenceRule {
    Required,
    Optional,
    /// A token that is refused counts as none.
    Lenient,
}

/// How recent the login behind a token has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FreshnessRule {
    Any,
    Fresh { max_age: Option<Duration> },
}

/// Whether the store is asked about the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RevocationRule {
    Check,
    Skip,
}

impl Rules {
    const fn of(token_type: Option<TokenType>, freshness: FreshnessRule) -> Self {
        Self {
            token_type,
            freshness,
            expected: Expected::NOTHING,
            revocation: RevocationRule::Check,
            presence: PresenceRule::Required,
            locations: &[],
        }
    }

    /// An access token.
    pub const fn access() -> Self {
        Self::of(Some(TokenType::Access), FreshnessRule::Any)
    }

    /// An access token or a refresh token.
    pub const fn any_type() -> Self {
        Self::of(None, FreshnessRule::Any)
    }

    /// A fresh access token.
    pub const fn fresh() -> Self {
        Self::of(Some(TokenType::Access), FreshnessRule::Fresh { max_age: None })
    }

    /// A refresh token.
    pub const fn refresh() -> Self {
        Self::of(Some(TokenType::Refresh), FreshnessRule::Any)
    }

    /// Whether a request that is refused so passes as one without a token.
    ///
    /// Lenience is about tokens that are no good. It says nothing to a page that was tricked into a
    /// request, to somebody who may not do this, and while the store does not answer.
    pub(crate) fn passes_without_token(&self, refusal: &AuthError) -> bool {
        match self.presence {
            PresenceRule::Required => false,
            PresenceRule::Optional => matches!(refusal, AuthError::TokenMissing),
            PresenceRule::Lenient => matches!(
                refusal,
                AuthError::TokenMissing
                    | AuthError::RequestMalformed(_)
                    | AuthError::TokenInvalid(_)
                    | AuthError::TokenExpired
                    | AuthError::TokenNotYetValid
                    | AuthError::TokenTypeWrong { .. }
                    | AuthError::ClaimInvalid { .. }
                    | AuthError::TokenRevoked
                    | AuthError::TokenReused
            ),
        }
    }

    /// Whether any access token will do, however old its login.
    pub(crate) fn is_plain_access(&self) -> bool {
        self.token_type == Some(TokenType::Access) && self.freshness == FreshnessRule::Any
    }

    /// Asks for a login at most `seconds` ago; for [`Rules::fresh`].
    #[must_use]
    pub const fn max_age(mut self, seconds: u64) -> Self {
        self.freshness = FreshnessRule::Fresh { max_age: Some(Duration::from_secs(seconds)) };
        self
    }

    /// Asks for this `iss` in place of the configured one.
    #[must_use]
    pub const fn issuer(mut self, issuer: &'static str) -> Self {
        self.expected.issuer = Some(issuer);
        self
    }

    /// Asks for one of these in `aud` in place of the configured ones.
    #[must_use]
    pub const fn audience(mut self, audience: &'static [&'static str]) -> Self {
        self.expected.audience = audience;
        self
    }

    /// Looks here for the token in place of where the authority does.
    #[must_use]
    pub const fn locations(mut self, locations: &'static [TokenLocation]) -> Self {
        self.locations = locations;
        self
    }

    /// Lets a request without a token pass, where the parameter has a value for it.
    ///
    /// The rule decides and not the parameter's type: an alias hides an `Option` from the macro
    /// that refuses conditions on one.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.presence = PresenceRule::Optional;
        self
    }

    /// Lets a request pass as one without a token, whose token is refused.
    #[must_use]
    pub const fn lenient(mut self) -> Self {
        self.presence = PresenceRule::Lenient;
        self
    }

    /// Leaves the store out: a revoked token passes until it expires.
    #[must_use]
    pub const fn skip_revocation(mut self) -> Self {
        self.revocation = RevocationRule::Skip;
        self
    }

    /// Access or refresh.
    pub(crate) fn check_type(&self, token: &VerifiedEnvelope<'_>) -> Result<(), AuthError> {
        match self.token_type {
            Some(expected) if token.token_type != expected => {
                Err(AuthError::TokenTypeWrong { expected })
            }
            _ => Ok(()),
        }
    }

    /// How long ago the login was.
    pub(crate) fn check_freshness(
        &self,
        token: &VerifiedEnvelope<'_>,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        match self.freshness {
            FreshnessRule::Any => Ok(()),
            FreshnessRule::Fresh { max_age } if token.is_fresh_at(now, max_age) => Ok(()),
            FreshnessRule::Fresh { max_age } => Err(AuthError::FreshTokenRequired { max_age }),
        }
    }
}
