//! What an application may choose about its cookies.

use std::time::Duration;

/// How cookies are named and set; for [`JwtAuthBuilder::cookies`](crate::JwtAuthBuilder::cookies).
///
/// The defaults are the strict ones:
///
/// | cookie | name | `Path` | |
/// |---|---|---|---|
/// | access | `__Host-access_token` | `/` | `HttpOnly` |
/// | refresh | `__Secure-refresh_token` | `/refresh` | `HttpOnly` |
/// | CSRF of the access token | `__Host-csrf_access_token` | `/` | for scripts to read |
/// | CSRF of the refresh token | `__Host-csrf_refresh_token` | `/` | for scripts to read |
///
/// All are `Secure` and `SameSite=Lax`, without `Domain`, and live as long as their token. The
/// prefix of a default name follows from the rest: `__Host-` where the path is `/` and there is no
/// domain, `__Secure-` otherwise. With one of them a browser refuses a cookie that another host or
/// an unencrypted page tries to plant.
///
/// Source: [RFC 6265bis §4.1.3](https://www.ietf.org/archive/id/draft-ietf-httpbis-rfc6265bis-20.html#section-4.1.3).
///
/// # Examples
///
/// ```
/// use jwt_runtime::{CookieOptions, JwtAuth, MemoryStore, SameSite, TokenLocation};
///
/// # let secret = [7, 1].repeat(16);
/// let auth = JwtAuth::builder()
///     .secret(secret)
///     .store(MemoryStore::new())
///     .locations([TokenLocation::Cookie])
///     .cookies(CookieOptions::new().refresh_path("/api/auth").same_site(SameSite::Strict))
///     .build()?;
/// # Ok::<(), jwt_runtime::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CookieOptions {
    pub(super) access: Jar,
    pub(super) refresh: Jar,
    pub(super) csrf_access: Jar,
    pub(super) csrf_refresh: Jar,
    pub(super) domain: Option<String>,
    pub(super) same_site: SameSite,
    pub(super) lifespan: Lifespan,
    pub(super) development: bool,
}

/// Where one cookie is put.
#[derive(Clone, Debug)]
pub(super) struct Jar {
    pub(super) name: Option<String>,
    pub(super) path: String,
}

/// How long a browser keeps a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifespan {
    /// As long as the token in it is good.
    Token,
    /// Until the browser is closed.
    Session,
    Fixed(Duration),
}

/// Which requests of other sites a browser sends a cookie with.
///
/// Source: [RFC 6265bis §4.1.2.7](https://www.ietf.org/archive/id/draft-ietf-httpbis-rfc6265bis-20.html#section-4.1.2.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// None: whoever follows a link to the site is not logged in on the first page.
    Strict,
    /// Links to the site, and nothing else of other sites. The default.
    #[default]
    Lax,
    /// ⚠ All of them, where the browser allows it: for an application in a frame of another site.
    None,
}

impl Default for CookieOptions {
    fn default() -> Self {
        let at = |path: &str| Jar { name: None, path: path.to_owned() };
        Self {
            access: at("/"),
            refresh: at("/refresh"),
            csrf_access: at("/"),
            csrf_refresh: at("/"),
            domain: None,
            same_site: SameSite::Lax,
            lifespan: Lifespan::Token,
            development: false,
        }
    }
}

impl CookieOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the cookie of the access token, prefix and all.
    pub fn access_name(mut self, name: impl Into<String>) -> Self {
        self.access.name = Some(name.into());
        self
    }

    /// Names the cookie of the refresh token, prefix and all.
    pub fn refresh_name(mut self, name: impl Into<String>) -> Self {
        self.refresh.name = Some(name.into());
        self
    }

    /// Names the cookie that holds the CSRF token of the access token, prefix and all.
    pub fn csrf_access_name(mut self, name: impl Into<String>) -> Self {
        self.csrf_access.name = Some(name.into());
        self
    }

    /// Names the cookie that holds the CSRF token of the refresh token, prefix and all.
    pub fn csrf_refresh_name(mut self, name: impl Into<String>) -> Self {
        self.csrf_refresh.name = Some(name.into());
        self
    }

    /// The `Path` of the access cookie. Default: `/`.
    pub fn access_path(mut self, path: impl Into<String>) -> Self {
        self.access.path = path.into();
        self
    }

    /// The `Path` of the refresh cookie: the route that takes it, or a folder above it. Default:
    /// `/refresh`.
    ///
    /// A browser sends the cookie there and nowhere else, so what is not below it finds no token.
    pub fn refresh_path(mut self, path: impl Into<String>) -> Self {
        self.refresh.path = path.into();
        self
    }

    /// The `Path` of the CSRF cookie of the access token: pages below it can read it. Default: `/`.
    pub fn csrf_access_path(mut self, path: impl Into<String>) -> Self {
        self.csrf_access.path = path.into();
        self
    }

    /// The `Path` of the CSRF cookie of the refresh token: pages below it can read it. Default: `/`.
    pub fn csrf_refresh_path(mut self, path: impl Into<String>) -> Self {
        self.csrf_refresh.path = path.into();
        self
    }

    /// Sends the cookies to this domain and all hosts below it. Default: to the host that set them.
    ///
    /// # ⚠ Warning: every host of the domain
    ///
    /// Each of them receives the tokens and can plant cookies of these names; the names lose
    /// `__Host-`.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Which requests of other sites bring the cookies. Default: [`SameSite::Lax`].
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// `Max-Age` of all of them, in whole seconds, whatever their tokens' `exp`. Default: that of
    /// the token.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.lifespan = Lifespan::Fixed(max_age);
        self
    }

    /// No `Max-Age`: the browser forgets them when it is closed. Default: kept until the tokens
    /// expire.
    pub fn session(mut self) -> Self {
        self.lifespan = Lifespan::Session;
        self
    }

    /// For development on `http://localhost`: cookies without `Secure`, and so without a prefix.
    ///
    /// # ⚠ Warning: for this machine alone
    ///
    /// It does not get into production unnoticed: cookies are then believed on requests to
    /// `localhost`, names below it, `127.0.0.0/8` and `[::1]` only, by the request's `Host`, and on
    /// none that a proxy has marked as its own (`Forwarded`, `X-Forwarded-…`, `X-Real-IP`, `Via`).
    /// Anywhere else nobody can log in with one. A proxy that asks for `localhost` and leaves no mark
    /// is not noticed. A line in the log says so at start-up.
    pub fn development(mut self) -> Self {
        self.development = true;
        self
    }
}
