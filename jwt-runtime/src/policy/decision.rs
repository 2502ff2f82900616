//! What an application's own condition answers.

use std::borrow::Cow;

use crate::error::AuthError;

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

    /// This denial, or `other` if only that one says what would help.
    pub(super) fn or(self, other: Self) -> Self {
        if self.scope.is_some() { self } else { other }
    }
}

impl From<Denied> for AuthError {
    fn from(denied: Denied) -> Self {
        Self::Forbidden { scope: denied.scope }
    }
}

/// What a condition of an application may return: `bool`, `Result<(), Denied>`, or
/// `Result<(), AuthError>`, which is the refusal itself.
#[diagnostic::on_unimplemented(
    message = "a condition returns `bool`, `Result<(), Denied>` or `Result<(), AuthError>`, not `{Self}`",
    label = "this condition returns `{Self}`"
)]
pub trait Decision {
    /// Yes is `Ok`.
    ///
    /// # Errors
    ///
    /// - [`AuthError::Forbidden`] for no, or the refusal that the condition has chosen.
    fn decide(self) -> Result<(), AuthError>;
}

impl Decision for bool {
    fn decide(self) -> Result<(), AuthError> {
        if self { Ok(()) } else { Err(Denied::new().into()) }
    }
}

impl Decision for Result<(), Denied> {
    fn decide(self) -> Result<(), AuthError> {
        self.map_err(AuthError::from)
    }
}

impl Decision for Result<(), AuthError> {
    fn decide(self) -> Result<(), AuthError> {
        self
    }
}

/// The application's own condition.
pub fn require<C, D: Decision>(
    claims: &C,
    condition: impl FnOnce(&C) -> D,
) -> Result<(), AuthError> {
    condition(claims).decide()
}
