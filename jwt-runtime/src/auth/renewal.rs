//! Renewing the cookies of somebody who is there, without a request for it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use crate::claims::Registered;
use crate::error::ConfigError;

/// Implicit refresh for applications with cookies; for
/// [`JwtAuthBuilder::renewal`](crate::JwtAuthBuilder::renewal).
///
/// [`JwtAuth::layer`](crate::JwtAuth::layer) puts a new access cookie into an answer when the one of
/// the request ends soon: after a guard has accepted it, and unless it was revoked meanwhile, its
/// session has ended, or the answer sets or takes away that cookie itself. The new token is not
/// fresh, and ends with its session at the latest: when the refresh token expires that nobody has
/// used, and with a [`session_lifetime`](crate::JwtAuthBuilder::session_lifetime). A token that was
/// made for less than the access lifetime is not renewed.
///
/// Requests of other origins' pages renew nothing, except for links that somebody has followed.
///
/// # ⚠ Warning: what is not asked
///
/// - A renewal has the claims of the token that it renews. Whether its user is still there, nobody
///   asks but [`only_if`](Self::only_if).
/// - Without a store nothing can end a session early: a stolen access cookie is good for as long as
///   it can be renewed, a `session_lifetime` or else the refresh lifetime from the login.
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
    only_if: Option<Condition>,
    paths: Choice<String>,
    methods: Choice<Method>,
}

/// What an application asks before anything is renewed.
#[derive(Clone)]
struct Condition(Arc<dyn Fn(Registered) -> Verdict + Send + Sync>);

type Verdict = Pin<Box<dyn Future<Output = bool> + Send>>;

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition(..)")
    }
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
    /// refresh token is rotated as ever, when the answer is there: pages that send several requests at once need a
    /// [`rotation_grace`](crate::JwtAuthBuilder::rotation_grace), and the refresh cookie has to come
    /// with all of them, so its [path](crate::CookieOptions::refresh_path) is `/`; `build()` asks
    /// for both. Requests with an unsafe method need the CSRF token as ever.
    pub fn from_refresh_cookie(mut self) -> Self {
        self.from_refresh_cookie = true;
        self
    }

    /// Asks this before anything is renewed: is there still such a user, and are they still allowed
    /// in? Default: nobody is asked.
    ///
    /// A refresh by a handler with a `#[user]` parameter finds out that a user was deleted; a renewal
    /// has no such handler. `false` lets the token end as it would.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::RenewalOptions;
    ///
    /// # #[derive(Clone)] struct Db;
    /// # impl Db { async fn is_active(&self, id: &str) -> bool { true } }
    /// # let db = Db;
    /// let options = RenewalOptions::new().only_if(move |token| {
    ///     let db = db.clone();
    ///     async move { db.is_active(&token.sub).await }
    /// });
    /// ```
    pub fn only_if<F>(mut self, condition: impl Fn(Registered) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = bool> + Send + 'static,
    {
        self.only_if = Some(Condition(Arc::new(move |token| Box::pin(condition(token)))));
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
    only_if: Option<Condition>,
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
        let RenewalOptions { within, from_refresh_cookie, only_if, paths, methods } = options;
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
        Ok(Self { within, from_refresh_cookie, only_if, paths, methods })
    }

    /// Whether a request is one of those that renew.
    pub(crate) fn takes(&self, method: &Method, path: &str) -> bool {
        self.methods.takes(|chosen| chosen == method)
            && self.paths.takes(|chosen| is_below(path, chosen))
    }

    /// Asks the application about whoever has this token.
    pub(crate) async fn allows(&self, token: &Registered) -> bool {
        match &self.only_if {
            Some(Condition(ask)) => ask(token.clone()).await,
            None => true,
        }
    }
}

fn setting(reason: &str) -> ConfigError {
    ConfigError::setting("renewal", reason)
}

/// Whether a path is this one, or one below it.
fn is_below(path: &str, chosen: &str) -> bool {
    let rest = path.strip_prefix(chosen);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || chosen.ends_with('/'))
}
