//! Cookies on their way to a browser.

use std::fmt;
use std::time::Duration;

use cookie::Cookie;
use cookie::time::OffsetDateTime;

use super::options::{Lifespan, SameSite};
use super::settings::{CookieKind, CookieSettings, is_domain};
use crate::error::{AuthError, IssueError};

/// What browsers store at least, with name and attributes; RFC 6265 §6.1.
const MAX_COOKIE_BYTES: usize = 4096;

/// The cookies that a login or a refresh sets, or that a logout takes away: parts of a response.
///
/// Made by [`JwtAuth::set_cookies`](crate::JwtAuth::set_cookies) and its siblings. It goes in front
/// of the response, in a tuple, and is a whole one by itself: `204 No Content`. With it goes
/// `Cache-Control: no-store`. `Debug` shows names only.
///
/// # Examples
///
/// ```
/// use axum::extract::State;
/// use axum::response::Redirect;
/// use jwt_runtime::{AuthError, JwtAuth, Registered, TokenCookies, jwt_required};
///
/// #[jwt_required]
/// async fn logout(
///     #[claims] token: Registered,
///     State(auth): State<JwtAuth>,
/// ) -> Result<(TokenCookies, Redirect), AuthError> {
///     auth.logout(&token).await?;
///     Ok((auth.unset_cookies(), Redirect::to("/login")))
/// }
/// ```
#[derive(Clone)]
#[must_use = "cookies are set by the response: return them from the handler, in front of the rest"]
pub struct TokenCookies {
    cookies: Vec<Cookie<'static>>,
    /// Whether somebody else will set them too, and as configured.
    renews: bool,
}

impl TokenCookies {
    pub(crate) fn none(renews: bool) -> Self {
        Self { cookies: Vec::new(), renews }
    }

    /// Sets one, for a token that is good for so long, or until the browser is closed.
    pub(crate) fn set(
        mut self,
        settings: &CookieSettings,
        kind: CookieKind,
        value: &str,
        lifetime: Option<Duration>,
    ) -> Result<Self, IssueError> {
        let mut cookie = blank(settings, kind);
        cookie.set_value(value.to_owned());
        cookie.set_max_age(match (settings.lifespan, lifetime) {
            (Lifespan::Token, Some(lifetime)) => Some(seconds(lifetime)),
            (Lifespan::Fixed(max_age), Some(_)) => Some(seconds(max_age)),
            (Lifespan::Session, _) | (_, None) => None,
        });
        check_size(&cookie)?;
        self.cookies.push(cookie);
        Ok(self)
    }

    /// Takes one away: the same attributes again, or a browser would keep the old one.
    pub(crate) fn unset(mut self, settings: &CookieSettings, kind: CookieKind) -> Self {
        let mut cookie = blank(settings, kind);
        cookie.set_max_age(cookie::time::Duration::ZERO);
        cookie.set_expires(OffsetDateTime::UNIX_EPOCH);
        self.cookies.push(cookie);
        self
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Cookie<'static>> {
        self.cookies.iter()
    }

    /// Those that are not called one of these.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        self.cookies.retain(|cookie| !names.contains(&cookie.name()));
        self
    }

    /// Leaves out `Max-Age`, whatever is configured: the browser forgets them when it is closed.
    ///
    /// These cookies only: a refresh or a renewal sets them as configured. For a login without
    /// "remember me" there is
    /// [`LoginOptions::session_cookies`](crate::LoginOptions::session_cookies).
    pub fn session(mut self) -> Self {
        for cookie in self.set_ones() {
            cookie.set_max_age(None);
        }
        self
    }

    /// Keeps them for this long, in whole seconds, whatever is configured. These cookies only: a
    /// refresh or a renewal sets them as configured.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        for cookie in self.set_ones() {
            cookie.set_max_age(seconds(max_age));
        }
        self
    }

    /// Sends them to this domain and all hosts below it, whatever is configured; one that was set
    /// so is unset so.
    ///
    /// # Errors
    ///
    /// - [`AuthError::NotIssued`] for what is no domain, and for a cookie whose name begins with
    ///   `__Host-`: configure names without it. With a [renewal](crate::RenewalOptions), always: it
    ///   sets cookies as configured, and a browser with two of each is refused.
    pub fn domain(mut self, domain: &str) -> Result<Self, AuthError> {
        for cookie in &mut self.cookies {
            let is_of_host = cookie.name().to_ascii_lowercase().starts_with("__host-");
            if is_of_host || self.renews || !is_domain(domain) {
                return Err(IssueError::CookieDomain(cookie.name().to_owned()).into());
            }
            cookie.set_domain(domain.to_owned());
            check_size(cookie)?;
        }
        Ok(self)
    }

    /// Those that are not taken away.
    fn set_ones(&mut self) -> impl Iterator<Item = &mut Cookie<'static>> {
        self.cookies.iter_mut().filter(|cookie| cookie.expires().is_none())
    }
}

impl fmt::Debug for TokenCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.cookies.iter().map(Cookie::name)).finish()
    }
}

/// A cookie with everything but its value and its end.
fn blank(settings: &CookieSettings, kind: CookieKind) -> Cookie<'static> {
    let mut cookie = Cookie::new(settings.name(kind).to_owned(), "");
    cookie.set_path(settings.path(kind).to_owned());
    cookie.set_http_only(kind.is_http_only());
    cookie.set_secure(settings.is_secure());
    cookie.set_same_site(match settings.same_site {
        SameSite::Strict => cookie::SameSite::Strict,
        SameSite::Lax => cookie::SameSite::Lax,
        SameSite::None => cookie::SameSite::None,
    });
    if let Some(domain) = &settings.domain {
        cookie.set_domain(domain.clone());
    }
    cookie
}

fn seconds(duration: Duration) -> cookie::time::Duration {
    cookie::time::Duration::seconds(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}

/// A browser drops a cookie that is too long without a word.
fn check_size(cookie: &Cookie<'_>) -> Result<(), IssueError> {
    let bytes = cookie.to_string().len();
    if bytes <= MAX_COOKIE_BYTES {
        return Ok(());
    }
    Err(IssueError::CookieTooLarge { name: cookie.name().to_owned(), bytes })
}
