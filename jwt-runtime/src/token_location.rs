//! Where in a request a token may be.

use std::fmt;
use std::str::FromStr;

/// A place where a request may carry its token.
///
/// An authority looks where [`locations`](crate::JwtAuthBuilder::locations) says, a route where its
/// own `locations(…)` says, and nowhere else. A request brings one token: the same kind of token in
/// two of the places is malformed.
///
/// Sources: [RFC 6750 §2](https://www.rfc-editor.org/rfc/rfc6750#section-2),
/// [RFC 9700 §4.3.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.3.2) for why a query is no
/// good place.
///
/// # Examples
///
/// ```
/// use jwt_runtime::TokenLocation;
///
/// assert_eq!("cookie".parse(), Ok(TokenLocation::Cookie));
/// assert_eq!(TokenLocation::WebSocket.to_string(), "websocket");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenLocation {
    /// `Authorization: Bearer <token>`.
    Header,
    /// The access or the refresh cookie.
    Cookie,
    /// A parameter of the query. Read below [`JwtAuth::layer`](crate::JwtAuth::layer) only.
    ///
    /// ⚠ A URL ends up in histories, logs and `Referer` headers. For clients that have no other
    /// way, such as a download link; with a short lifetime.
    Query,
    /// A member of a JSON body; refresh tokens only. Read below
    /// [`JwtAuth::layer`](crate::JwtAuth::layer) only.
    Json,
    /// A field of an `application/x-www-form-urlencoded` body; refresh tokens only. Read below
    /// [`JwtAuth::layer`](crate::JwtAuth::layer) only.
    Form,
    /// `Sec-WebSocket-Protocol: bearer, <token>`, for browsers, whose WebSockets have no other
    /// header to set. The handler answers with the protocol `bearer`.
    WebSocket,
}

impl TokenLocation {
    /// Whether tokens of one type have a place of their own there, and those of the other another.
    pub(crate) const fn is_of_one_kind(self) -> bool {
        match self {
            Self::Cookie | Self::Query | Self::Json | Self::Form => true,
            Self::Header | Self::WebSocket => false,
        }
    }

    /// Every location, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::Header, Self::Cookie, Self::Query, Self::Json, Self::Form, Self::WebSocket];

    /// The name, as attributes and configurations have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Query => "query",
            Self::Json => "json",
            Self::Form => "form",
            Self::WebSocket => "websocket",
        }
    }
}

impl fmt::Display for TokenLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of no location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the locations are `header`, `cookie`, `query`, `json`, `form` and `websocket`")]
pub struct UnknownLocation;

/// By its name, or by the one that the Python libraries have for it.
impl FromStr for TokenLocation {
    type Err = UnknownLocation;

    fn from_str(name: &str) -> Result<Self, UnknownLocation> {
        match name {
            "headers" => Ok(Self::Header),
            "cookies" => Ok(Self::Cookie),
            "query_string" => Ok(Self::Query),
            name => Self::ALL
                .into_iter()
                .find(|location| location.as_str() == name)
                .ok_or(UnknownLocation),
        }
    }
}
