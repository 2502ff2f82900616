//! What a guard asks of a verified token: pure decisions, made before the store is asked.

use std::borrow::Cow;
use std::time::Duration;

use crate::claims::{Expected, HasRoles, HasScopes};
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::token::VerifiedEnvelope;
use crate::token_type::TokenType;

/// What a guard asks of a token apart from the application's claims; built in `const` context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub(crate) token_type: TokenType,
    pub(crate) freshness: FreshnessRule,
    pub(crate) expected: Expected,
    pub(crate) revocation: RevocationRule,
    pub(crate) presence: PresenceRule,
}

/// What a request without a token means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PresenceRule {
    Required,
    Optional,
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
    const fn of(token_type: TokenType, freshness: FreshnessRule) -> Self {
        Self {
            token_type,
            freshness,
            expected: Expected::NOTHING,
            revocation: RevocationRule::Check,
            presence: PresenceRule::Required,
        }
    }

    /// An access token.
    pub const fn access() -> Self {
        Self::of(TokenType::Access, FreshnessRule::Any)
    }

    /// A fresh access token.
    pub const fn fresh() -> Self {
        Self::of(TokenType::Access, FreshnessRule::Fresh { max_age: None })
    }

    /// A refresh token.
    pub const fn refresh() -> Self {
        Self::of(TokenType::Refresh, FreshnessRule::Any)
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

    /// Lets a request without a token pass, where the parameter has a value for it.
    ///
    /// The rule decides and not the parameter's type: an alias hides an `Option` from the macro
    /// that refuses conditions on one.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.presence = PresenceRule::Optional;
        self
    }

    /// Leaves the store out: a revoked token passes until it expires.
    #[must_use]
    pub const fn skip_revocation(mut self) -> Self {
        self.revocation = RevocationRule::Skip;
        self
    }

    /// Type, then freshness.
    pub(crate) fn check(
        &self,
        token: &VerifiedEnvelope<'_>,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        if token.token_type != self.token_type {
            return Err(AuthError::TokenTypeWrong { expected: self.token_type });
        }
        match self.freshness {
            FreshnessRule::Any => Ok(()),
            FreshnessRule::Fresh { max_age } if token.is_fresh_at(now, max_age) => Ok(()),
            FreshnessRule::Fresh { max_age } => Err(AuthError::FreshTokenRequired { max_age }),
        }
    }
}

/// The answer "no" of an application's own condition: becomes a 403 with `code` `forbidden`.
///
/// # Examples
///
/// ```
/// use jwt_runtime::Denied;
///
/// fn in_europe(region: &str) -> Result<(), Denied> {
///     if region == "eu" { Ok(()) } else { Err(Denied::new()) }
/// }
/// # assert!(in_europe("us").is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Denied {
    scope: Option<Cow<'static, str>>,
}

impl Denied {
    /// No, and the client learns no reason.
    pub const fn new() -> Self {
        Self { scope: None }
    }

    /// No, for want of these scopes (separated by spaces), which the challenge then names.
    ///
    /// Source: [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3).
    pub fn for_scope(scope: impl Into<Cow<'static, str>>) -> Self {
        Self { scope: Some(scope.into()) }
    }
}

impl From<Denied> for AuthError {
    fn from(denied: Denied) -> Self {
        Self::Forbidden { scope: denied.scope }
    }
}

/// What a condition of `require = …` may return: `bool`, or `Result<(), Denied>`.
#[diagnostic::on_unimplemented(
    message = "a condition returns `bool` or `Result<(), Denied>`, not `{Self}`",
    label = "this condition returns `{Self}`"
)]
pub trait Decision {
    /// Yes is `Ok`.
    ///
    /// # Errors
    ///
    /// - [`Denied`] for no.
    fn decide(self) -> Result<(), Denied>;
}

impl Decision for bool {
    fn decide(self) -> Result<(), Denied> {
        if self { Ok(()) } else { Err(Denied::new()) }
    }
}

impl Decision for Result<(), Denied> {
    fn decide(self) -> Result<(), Denied> {
        self
    }
}

/// Every one of `scopes`.
pub fn all_scopes<C: HasScopes>(claims: &C, scopes: &[&str]) -> Result<(), Denied> {
    let held = claims.scopes();
    if scopes.iter().all(|scope| held.contains(scope)) {
        return Ok(());
    }
    Err(Denied::for_scope(scopes.join(" ")))
}

/// At least one of `scopes`.
pub fn any_scope<C: HasScopes>(claims: &C, scopes: &[&str]) -> Result<(), Denied> {
    let held = claims.scopes();
    if scopes.iter().any(|scope| held.contains(scope)) {
        return Ok(());
    }
    Err(Denied::for_scope(scopes.join(" ")))
}

/// Every one of `roles`.
pub fn all_roles<C: HasRoles>(claims: &C, roles: &[C::Role]) -> Result<(), Denied> {
    roles.iter().all(|role| claims.has_role(role)).decide()
}

/// At least one of `roles`.
pub fn any_role<C: HasRoles>(claims: &C, roles: &[C::Role]) -> Result<(), Denied> {
    roles.iter().any(|role| claims.has_role(role)).decide()
}

/// The application's own condition.
pub fn require<C, D: Decision>(claims: &C, condition: impl FnOnce(&C) -> D) -> Result<(), Denied> {
    condition(claims).decide()
}
