//! `csrf`: the value that a page sends along to show that it can read the cookies of its site.

use std::fmt;

use subtle::ConstantTimeEq;
use uuid::Uuid;

/// The claim `csrf` of a token that may travel in a cookie, 122 random bits.
///
/// A page of the application reads it from the CSRF cookie, or the server writes it into a hidden
/// field of a form; pages of other origins can do neither. It is signed with the token, so a cookie
/// that somebody planted is no pair to it.
///
/// One value is made at the login and carried through every refresh of its session: a page that was
/// loaded before a refresh works after it. `Debug` hides it, and it is compared in constant time.
#[derive(Clone)]
pub struct CsrfToken(Box<str>);

impl CsrfToken {
    pub(crate) fn new() -> Self {
        Self::from_claim(&Uuid::new_v4().simple().to_string())
    }

    pub(crate) fn from_claim(value: &str) -> Self {
        Self(value.into())
    }

    /// The value, for a hidden field or a header.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(..)")
    }
}

impl PartialEq for CsrfToken {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for CsrfToken {}

/// What a request sent, held against the claim of its token.
impl PartialEq<str> for CsrfToken {
    fn eq(&self, sent: &str) -> bool {
        self.0.as_bytes().ct_eq(sent.as_bytes()).into()
    }
}
