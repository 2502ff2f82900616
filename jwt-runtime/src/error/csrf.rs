//! Why a request is not believed to come from a page of the application.

use std::fmt;
use std::sync::Arc;

/// What was missing or wrong about a request whose token came by cookie.
///
/// It is told to the client, as it holds nothing that an attacker does not know: the developer of a
/// page that was refused has to see what to send.
///
/// Source: [OWASP on double submit
/// cookies](https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsrfFailure {
    /// The value was not sent.
    Missing(CsrfPlaces),
    /// Another value was sent, or two.
    Mismatch(CsrfPlaces),
    /// The form that may hold the value is longer than a mebibyte, or breaks off.
    FormUnreadable(CsrfPlaces),
    /// The token in the cookie has no value to compare with: it was made before cookies were
    /// configured.
    NotInToken,
    /// The browser says that a page of another origin has made the request.
    CrossOrigin,
}

/// Where the value is to be sent, and where a page finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsrfPlaces(pub(crate) Arc<PlaceNames>);

/// The names behind [`CsrfPlaces`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PlaceNames {
    pub(crate) header: String,
    pub(crate) field: Option<String>,
    pub(crate) cookie: Option<String>,
}

impl CsrfPlaces {
    /// The header that takes the value.
    pub fn header(&self) -> &str {
        &self.0.header
    }

    /// The form field that takes it too, if that was chosen.
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The cookie that holds the value, if one is set.
    pub fn cookie(&self) -> Option<&str> {
        self.0.cookie.as_deref()
    }
}

/// `send the value of the cookie … in the header …`.
impl fmt::Display for CsrfPlaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cookie() {
            Some(cookie) => write!(f, "send the value of the cookie `{cookie}`")?,
            None => f.write_str("send the value that the application has handed out")?,
        }
        write!(f, " in the header `{}`", self.header())?;
        match self.field() {
            Some(field) => write!(f, " or the form field `{field}`"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for CsrfFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(places) => write!(f, "the CSRF token is missing: {places}"),
            Self::Mismatch(places) => write!(f, "the CSRF token is wrong: {places}"),
            Self::FormUnreadable(places) => write!(
                f,
                "the form is too long to look for a CSRF token in it: send it in the header `{}`",
                places.header()
            ),
            Self::NotInToken => f.write_str("the token has no CSRF token to compare with: log in"),
            Self::CrossOrigin => f.write_str("the request comes from another origin"),
        }
    }
}
