//! The claims that RFC 7519 registers, and the private ones of this library, in one table.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Audience, CsrfToken, Freshness};
use crate::numeric_date::NumericDate;
use crate::token_type::TokenType;

/// The claim names that belong to this library: an application's claims cannot write them.
///
/// `sub` is the exception that proves the rule: it is supplied by the application's claims type,
/// and only once.
///
/// Source: [RFC 7519 §4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1) for the first six.
pub const RESERVED_CLAIMS: [&str; 13] = [
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "type",
    "fresh",
    "sid",
    "auth_time",
    "csrf",
    "session_cookie",
    "cnf",
];

/// The claim of a token that is bound to a key of its holder's. Whoever presents it has to prove
/// that the key is theirs, and nothing here can check such a proof: it is no bearer token.
///
/// Source: [RFC 9449 §7.2](https://www.rfc-editor.org/rfc/rfc9449#section-7.2).
pub(super) const CONFIRMATION: &str = "cnf";

/// The claims of a verified token that do not depend on the application.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Registered, jwt_required};
///
/// #[jwt_required]
/// async fn whoami(#[claims] token: Registered) -> String {
///     token.sub
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Registered {
    /// Who issued the token; RFC 7519 §4.1.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Whom the token is about; RFC 7519 §4.1.2.
    pub sub: String,
    /// Whom the token is for; RFC 7519 §4.1.3.
    #[serde(skip_serializing_if = "Audience::is_empty")]
    pub aud: Audience,
    /// The first second in which the token is no longer good; RFC 7519 §4.1.4.
    pub exp: NumericDate,
    /// The first second in which the token is good; RFC 7519 §4.1.5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<NumericDate>,
    /// When the token was issued; RFC 7519 §4.1.6.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<NumericDate>,
    /// The token's own id, unique; RFC 7519 §4.1.7.
    pub jti: String,
    /// What the token may be used for.
    #[serde(rename = "type")]
    pub token_type: TokenType,
    /// Whether the token was issued for credentials; access tokens only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh: Option<Freshness>,
    /// The session that the token belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// When the holder last gave credentials; carried through every refresh unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<NumericDate>,
    /// What a request with this token in a cookie has to send along; see [`CsrfToken`]. It is not
    /// serialised with the others.
    #[serde(skip)]
    pub csrf: Option<CsrfToken>,
    /// Whether the session's cookies are gone when the browser is closed; see
    /// [`LoginOptions::session_cookies`](crate::LoginOptions::session_cookies). It is not serialised
    /// with the others.
    #[serde(skip)]
    pub session_cookie: bool,
    /// Whether an older library has issued it; it is then in no session.
    #[serde(skip)]
    pub(crate) is_older: bool,
}

/// The same claims as they stand in a payload: borrowed from it, and nothing required yet.
#[derive(Debug, Default)]
pub(crate) struct Envelope<'a> {
    pub(crate) iss: Option<Cow<'a, str>>,
    pub(crate) sub: Option<Cow<'a, str>>,
    pub(crate) aud: Option<Audience>,
    pub(crate) exp: Option<NumericDate>,
    pub(crate) nbf: Option<NumericDate>,
    pub(crate) iat: Option<NumericDate>,
    pub(crate) jti: Option<Cow<'a, str>>,
    pub(crate) token_type: Option<TokenType>,
    pub(crate) fresh: Option<Freshness>,
    pub(crate) sid: Option<Cow<'a, str>>,
    pub(crate) auth_time: Option<NumericDate>,
    pub(crate) csrf: Option<Cow<'a, str>>,
    pub(crate) session_cookie: Option<bool>,
}

/// One name of the table; reading and writing a payload go through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RegisteredName {
    Iss,
    Sub,
    Aud,
    Exp,
    Nbf,
    Iat,
    Jti,
    Type,
    Fresh,
    Sid,
    AuthTime,
    Csrf,
    SessionCookie,
}

impl RegisteredName {
    pub(super) fn of(claim: &str) -> Option<Self> {
        Some(match claim {
            "iss" => Self::Iss,
            "sub" => Self::Sub,
            "aud" => Self::Aud,
            "exp" => Self::Exp,
            "nbf" => Self::Nbf,
            "iat" => Self::Iat,
            "jti" => Self::Jti,
            "type" => Self::Type,
            "fresh" => Self::Fresh,
            "sid" => Self::Sid,
            "auth_time" => Self::AuthTime,
            "csrf" => Self::Csrf,
            "session_cookie" => Self::SessionCookie,
            _ => return None,
        })
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Iss => "iss",
            Self::Sub => "sub",
            Self::Aud => "aud",
            Self::Exp => "exp",
            Self::Nbf => "nbf",
            Self::Iat => "iat",
            Self::Jti => "jti",
            Self::Type => "type",
            Self::Fresh => "fresh",
            Self::Sid => "sid",
            Self::AuthTime => "auth_time",
            Self::Csrf => "csrf",
            Self::SessionCookie => "session_cookie",
        }
    }
}

impl<'de> Envelope<'de> {
    /// Reads the value of one claim into its place.
    pub(super) fn set<D: Deserializer<'de>>(
        &mut self,
        name: RegisteredName,
        deserializer: D,
    ) -> Result<(), D::Error> {
        fn read<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
            deserializer: D,
        ) -> Result<Option<T>, D::Error> {
            T::deserialize(deserializer).map(Some)
        }
        fn text<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Cow<'de, str>>, D::Error> {
            <Text<'_> as Deserialize<'_>>::deserialize(deserializer).map(|text| Some(text.0))
        }
        match name {
            RegisteredName::Iss => self.iss = text(deserializer)?,
            RegisteredName::Sub => self.sub = text(deserializer)?,
            RegisteredName::Aud => self.aud = read(deserializer)?,
            RegisteredName::Exp => self.exp = read(deserializer)?,
            RegisteredName::Nbf => self.nbf = read(deserializer)?,
            RegisteredName::Iat => self.iat = read(deserializer)?,
            RegisteredName::Jti => self.jti = text(deserializer)?,
            RegisteredName::Type => self.token_type = read(deserializer)?,
            RegisteredName::Fresh => self.fresh = read(deserializer)?,
            RegisteredName::Sid => self.sid = text(deserializer)?,
            RegisteredName::AuthTime => self.auth_time = read(deserializer)?,
            RegisteredName::Csrf => self.csrf = text(deserializer)?,
            RegisteredName::SessionCookie => self.session_cookie = read(deserializer)?,
        }
        Ok(())
    }
}

/// A string of the payload, borrowed where it holds no escape.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowing;

        impl<'de> serde::de::Visitor<'de> for Borrowing {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Borrowing)
    }
}
