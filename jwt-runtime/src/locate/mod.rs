//! Where a request carries its token.

mod bearer;

use http::HeaderMap;

use crate::error::AuthError;

/// The one token of a request, and nothing known about it.
#[derive(Clone, Copy)]
pub(crate) struct LocatedToken<'r>(&'r str);

impl<'r> LocatedToken<'r> {
    pub(crate) fn as_str(self) -> &'r str {
        self.0
    }
}

/// Finds the token of a request.
pub(crate) fn locate(headers: &HeaderMap) -> Result<LocatedToken<'_>, AuthError> {
    bearer::find(headers)?.map(LocatedToken).ok_or(AuthError::TokenMissing)
}
