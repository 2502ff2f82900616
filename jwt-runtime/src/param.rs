//! What a guarded handler may receive.

use crate::claims::{Claims, NoClaims, Registered};
use crate::token::{AccessToken, RefreshToken, Token, Verified};
use crate::token_type::TokenType;

/// Access and refresh, as types.
pub mod kind {
    /// Guards that take access tokens.
    #[derive(Clone, Copy, Debug)]
    pub struct Access;
    /// Guards that take refresh tokens.
    #[derive(Clone, Copy, Debug)]
    pub struct Refresh;
    /// Guards that take both.
    #[derive(Clone, Copy, Debug)]
    pub struct Any;
}

/// [`kind::Access`], [`kind::Refresh`] or [`kind::Any`].
pub trait TokenKind: Send + Sync + 'static {
    /// The same as values, in the order in which they are looked for.
    const TOKEN_TYPES: &'static [TokenType];
}

impl TokenKind for kind::Access {
    const TOKEN_TYPES: &'static [TokenType] = &[TokenType::Access];
}

impl TokenKind for kind::Refresh {
    const TOKEN_TYPES: &'static [TokenType] = &[TokenType::Refresh];
}

impl TokenKind for kind::Any {
    const TOKEN_TYPES: &'static [TokenType] = &[TokenType::Access, TokenType::Refresh];
}

/// The type of a `#[claims]` or `#[token]` parameter in a handler for tokens of kind `K`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken from a token here",
    label = "not a claims type, and not a token of the kind that this guard lets through",
    note = "take a type with `#[derive(Claims)]`, `Token<T>`, `Registered`, a `serde_json::Map<String, Value>`, or an `Option` of them",
    note = "`AccessToken<T>` goes with `#[jwt_required]` and `#[fresh_jwt_required]`, `RefreshToken<T>` with `#[refresh_required]`, `Token<T>` with all of them"
)]
pub trait GuardParam<K: TokenKind>: Sized + Send {
    /// The claims type that the token is read into.
    type Claims: Claims;

    /// Takes what it wants of a verified token.
    #[doc(hidden)]
    fn from_verified(verified: Admitted<'_, Self::Claims>) -> Self;

    /// The claims of the token, for what is asked about them later; none without a token.
    #[doc(hidden)]
    fn claims(&self) -> Option<&Self::Claims>;

    /// What stands for "no token", if anything does.
    #[doc(hidden)]
    fn absent() -> Option<Self> {
        None
    }
}

/// A token that passed every check of a guard; made by the pipeline alone.
pub struct Admitted<'t, C>(pub(crate) Verified<'t, C>);

impl<C> std::fmt::Debug for Admitted<'_, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Admitted(..)")
    }
}

impl<K: TokenKind, C: Claims> GuardParam<K> for C {
    type Claims = C;

    fn from_verified(verified: Admitted<'_, C>) -> Self {
        verified.0.claims
    }

    fn claims(&self) -> Option<&C> {
        Some(self)
    }
}

impl<K: TokenKind, C: Claims> GuardParam<K> for Token<C> {
    type Claims = C;

    fn from_verified(verified: Admitted<'_, C>) -> Self {
        verified.0.into_token()
    }

    fn claims(&self) -> Option<&C> {
        Some(self.claims())
    }
}

impl<C: Claims> GuardParam<kind::Access> for AccessToken<C> {
    type Claims = C;

    fn from_verified(verified: Admitted<'_, C>) -> Self {
        Self::new(verified.0.into_token())
    }

    fn claims(&self) -> Option<&C> {
        Some((**self).claims())
    }
}

impl<C: Claims> GuardParam<kind::Refresh> for RefreshToken<C> {
    type Claims = C;

    fn from_verified(verified: Admitted<'_, C>) -> Self {
        Self::new(verified.0.into_token())
    }

    fn claims(&self) -> Option<&C> {
        Some((**self).claims())
    }
}

impl<K: TokenKind> GuardParam<K> for Registered {
    type Claims = NoClaims;

    fn from_verified(verified: Admitted<'_, NoClaims>) -> Self {
        verified.0.into_registered()
    }

    fn claims(&self) -> Option<&NoClaims> {
        Some(&NoClaims)
    }
}

impl<K: TokenKind, T: GuardParam<K>> GuardParam<K> for Option<T> {
    type Claims = T::Claims;

    fn from_verified(verified: Admitted<'_, T::Claims>) -> Self {
        Some(T::from_verified(verified))
    }

    fn claims(&self) -> Option<&T::Claims> {
        self.as_ref().and_then(T::claims)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// The parameter of a handler that takes none: the claims are for the guard's own questions.
pub struct Unbound<C: Claims>(Option<C>);

impl<C: Claims> Unbound<C> {
    /// Of no token.
    pub(crate) fn new() -> Self {
        Self(None)
    }
}

impl<C: Claims> std::fmt::Debug for Unbound<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unbound(..)")
    }
}

impl<K: TokenKind, C: Claims> GuardParam<K> for Unbound<C> {
    type Claims = C;

    fn from_verified(verified: Admitted<'_, C>) -> Self {
        Self(Some(verified.0.claims))
    }

    fn claims(&self) -> Option<&C> {
        self.0.as_ref()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}
