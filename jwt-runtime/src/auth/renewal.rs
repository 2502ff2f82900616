//! Renewing the cookies of somebody who is there, without a request for it.

use std::time::Duration;

use http::request::Parts;
use http::{Method, Uri};

use crate::error::ConfigError;

/// Implicit refresh for applications with cookies; for
/// [`JwtAuthBuilder::renewal`](crate::JwtAuthBuilder::renewal).
///
/// [`JwtAuth::layer`](crate::JwtAuth::layer) puts a new access cookie into an answer when the one of
/// the request ends soon: after a guard has accepted it, and unless it was revoked meanwhile, its
/// session has ended, or the answer sets or takes away that cookie itself. The new token is not
/// fresh, and ends with its session at the latest: when the refresh token expires that nobody has
/// used, and with a [`session_lifetime`](crate::JwtAuthBuilder::session_lifetime).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use axum::Router;
/// use jwt_runtime::{JwtAuth, MemoryStore, RenewalOptions, TokenLocation};
///
/// # fn routes() -> Router<JwtAuth> { Router::new() }
/// # fn main() -> Result<(), jwt_runtime::ConfigError> {
/// # let secret = [7, 1].repeat(16);
/// let auth = JwtAuth::builder()
///     .secret(secret)
///     .store(MemoryStore::new())
///     .locations([TokenLocation::Cookie])
///     .renewal(RenewalOptions::new().within(Duration::from_secs(300)).except_paths(["/static"]))
///     .build()?;
/// let app: Router = routes().with_state(auth.clone()).layer(auth.layer());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct RenewalOptions {
    within: Option<Duration>,
    from_refresh_cookie: bool,
    paths: Choice<String>,
    methods: Choice<Method>,
}

/// What is taken, and what of that is not.
#[derive(Clone, Debug)]
struct Choice<T> {
    only: Option<Vec<T>>,
    except: Vec<T>,
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self { only: None, except: Vec::new() }
    }
}

impl<T> Choice<T> {
    fn takes(&self, is: impl Fn(&T) -> bool) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(&is)) && !self.except.iter().any(is)
    }
}

impl RenewalOptions {
    /// For every request, when a third of the access token's lifetime is left.
    pub fn new() -> Self {
        Self::default()
    }

    /// Renews a token that is good for this long at the most. Default: a third of the access
    /// lifetime.
    pub fn within(mut self, remaining: Duration) -> Self {
        self.within = Some(remaining);
        self
    }

    /// Renews from the refresh cookie, too: a request without an access cookie, or with one that has
    /// expired, is let in if its refresh cookie is good, and the answer sets the next pair.
    ///
    /// Whoever comes back after an hour is still logged in, without a script that refreshes. The
    /// refresh token is rotated as ever: pages that send several requests at once need a
    /// [`rotation_grace`](crate::JwtAuthBuilder::rotation_grace), and the refresh cookie has to come
    /// with all of them, so its [path](crate::CookieOptions::refresh_path) is `/`; `build()` asks
    /// for both. Requests with an unsafe method need the CSRF token as ever.
    pub fn from_refresh_cookie(mut self) -> Self {
        self.from_refresh_cookie = true;
        self
    }

    /// Renews on these paths and on those below them, and on no others.
    pub fn only_paths<T: Into<String>>(mut self, paths: impl IntoIterator<Item = T>) -> Self {
        self.paths.only = Some(paths.into_iter().map(Into::into).collect());
        self
    }

    /// Does not renew on these paths and on those below them: what a page polls by itself does not
    /// show that somebody is there.
    pub fn except_paths<T: Into<String>>(mut self, paths: impl IntoIterator<Item = T>) -> Self {
        self.paths.except = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Renews on requests with these methods, and with no others.
    pub fn only_methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.methods.only = Some(methods.into_iter().collect());
        self
    }

    /// Does not renew on requests with these methods.
    pub fn except_methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.methods.except = methods.into_iter().collect();
        self
    }
}

/// The options of an application, checked and resolved.
#[derive(Clone, Debug)]
pub(crate) struct RenewalSettings {
    pub(crate) within: Duration,
    pub(crate) from_refresh_cookie: bool,
    paths: Choice<String>,
    methods: Choice<Method>,
}

impl RenewalSettings {
    pub(super) fn new(
        options: RenewalOptions,
        access_lifetime: Duration,
        refresh_path: &str,
        grace: Duration,
    ) -> Result<Self, ConfigError> {
        let RenewalOptions { within, from_refresh_cookie, paths, methods } = options;
        let within = within.unwrap_or(access_lifetime / 3);
        if within >= access_lifetime {
            return Err(setting(
                "it has to be shorter than the access lifetime: every request would renew",
            ));
        }
        let mut all_paths = paths.only.iter().flatten().chain(&paths.except);
        if all_paths.any(|path| !path.starts_with('/')) {
            return Err(setting("a path begins with `/`"));
        }
        if from_refresh_cookie && refresh_path != "/" {
            return Err(setting(
                "to renew from the refresh cookie it has to come with every request; write `.refresh_path(\"/\")`",
            ));
        }
        if from_refresh_cookie && grace.is_zero() {
            return Err(setting(
                "to renew from the refresh cookie needs `.rotation_grace(…)`: of two requests at once the second would be a reuse, and end the session",
            ));
        }
        Ok(Self { within, from_refresh_cookie, paths, methods })
    }

    /// Whether a request is one of those that renew.
    pub(crate) fn takes(&self, parts: &Parts) -> bool {
        self.methods.takes(|method| *method == parts.method)
            && self.paths.takes(|path| is_below(&parts.uri, path))
    }
}

fn setting(reason: &str) -> ConfigError {
    ConfigError::Setting { name: "renewal".to_owned(), reason: reason.to_owned() }
}

/// Whether a path is this one, or one below it.
fn is_below(uri: &Uri, path: &str) -> bool {
    let rest = uri.path().strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || path.ends_with('/'))
}
