//! The four things that a layer may ask for, as types: an option that fits one of them does not
//! compile on the others.

use crate::claims::Claims;
use crate::param::{GuardParam, TokenKind, kind};
use crate::policy::Rules;
use crate::token::{AccessToken, RefreshToken, Token};

/// [`Access`], [`Fresh`] or [`Refresh`].
pub trait Asked: 'static {
    /// Access or refresh.
    type Kind: TokenKind;
    /// What handlers below the layer find in the request's extensions, in an `Arc`.
    type Token<C: Claims>: GuardParam<Self::Kind, Claims = C> + Sync + 'static;
    /// What is asked before any option.
    const RULES: Rules;
}

/// Access tokens.
#[derive(Debug)]
pub enum Access {}

/// Fresh access tokens.
#[derive(Debug)]
pub enum Fresh {}

/// Refresh tokens.
#[derive(Debug)]
pub enum Refresh {}

/// An access token or a refresh token.
#[derive(Debug)]
pub enum AnyType {}

impl Asked for AnyType {
    type Kind = kind::Any;
    type Token<C: Claims> = Token<C>;
    const RULES: Rules = Rules::any_type();
}

impl Asked for Access {
    type Kind = kind::Access;
    type Token<C: Claims> = AccessToken<C>;
    const RULES: Rules = Rules::access();
}

impl Asked for Fresh {
    type Kind = kind::Access;
    type Token<C: Claims> = AccessToken<C>;
    const RULES: Rules = Rules::fresh();
}

impl Asked for Refresh {
    type Kind = kind::Refresh;
    type Token<C: Claims> = RefreshToken<C>;
    const RULES: Rules = Rules::refresh();
}

/// What [`max_age`](super::RequireToken::max_age) can be said of.
#[diagnostic::on_unimplemented(
    message = "`max_age` asks for a login, and this layer does not",
    label = "not a layer for fresh tokens",
    note = "write `auth.require_fresh().max_age(…)`"
)]
pub trait HasAge: Asked {}

impl HasAge for Fresh {}

/// What [`skip_revocation`](super::RequireToken::skip_revocation) can be said of.
#[diagnostic::on_unimplemented(
    message = "a layer for refresh tokens cannot leave the store out",
    label = "only the store knows whether a refresh token was used before",
    note = "remove `.skip_revocation()`"
)]
pub trait StandsAlone: Asked {}

impl StandsAlone for Access {}
impl StandsAlone for Fresh {}
