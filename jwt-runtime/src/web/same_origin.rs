//! For handlers without a token that a page of another origin must not use: a login first of all.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::state::AuthState;
use crate::auth::JwtAuth;
use crate::csrf::{OriginRule, check_origin};
use crate::error::{AuthError, CsrfFailure, IssueError};
use crate::trace;

/// Refuses a request that a page of another origin has sent: an extractor for the handlers that log
/// somebody in or sign somebody up by a form.
///
/// There is no token yet that a CSRF token could belong to, and a page that logs its visitor into an
/// account of its own (login CSRF) learns what the visitor does there. It believes what the browser
/// says, by `Sec-Fetch-Site` or `Origin`; whoever says neither is no browser of these days, and is let
/// through. Origins that [`CsrfOptions::trusted_origins`](crate::CsrfOptions::trusted_origins) names
/// may send.
///
/// Refused with `403` and `csrf_failed`.
///
/// Source: [OWASP on login
/// CSRF](https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html#possible-csrf-vulnerabilities-in-login-forms).
///
/// # Examples
///
/// ```
/// use jwt_runtime::SameOrigin;
///
/// async fn login(_: SameOrigin, body: String) {}
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SameOrigin;

impl<S: AuthState<JwtAuth> + Send + Sync> FromRequestParts<S> for SameOrigin {
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {
        let auth = state.authority();
        let cookies = auth.cookies().ok_or(IssueError::CookiesNotConfigured)?;
        if check_origin(parts, &cookies.csrf, OriginRule::IfTold) {
            return Ok(Self);
        }
        let refusal = AuthError::CsrfFailed(CsrfFailure::CrossOrigin);
        trace::refused(&refusal);
        Err(refusal)
    }
}
