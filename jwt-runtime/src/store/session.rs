//! A session, as its owner may see it.

use std::net::IpAddr;

use serde::Serialize;

use crate::numeric_date::NumericDate;

/// One login of a subject, for a page that lists "your devices".
///
/// # Examples
///
/// ```
/// # async fn example(auth: jwt_runtime::JwtAuth) -> Result<(), jwt_runtime::AuthError> {
/// for session in auth.sessions("alice").await? {
///     println!("{} since {}", session.label.as_deref().unwrap_or("?"), session.created_at);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The claim `sid` of its tokens.
    pub id: String,
    /// When it was opened by a login.
    pub created_at: NumericDate,
    /// When it was last refreshed; the login, if never.
    pub last_used_at: NumericDate,
    /// When it ends if it is not refreshed.
    pub expires_at: NumericDate,
    /// What the application called it at the login.
    pub label: Option<String>,
    /// The client's `User-Agent`, if the application handed it over at the login.
    pub user_agent: Option<String>,
    /// The client's address, if the application handed it over at the login.
    pub address: Option<IpAddr>,
}
