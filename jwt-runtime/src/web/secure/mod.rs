//! A router on which a handler without a guard does not compile.

mod guarded_handler;
mod route;

use std::fmt;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use http::Method;

use self::guarded_handler::GuardedHandler;

pub use route::Route;

/// A [`Router`] for guarded handlers: one whose guard was forgotten does not compile.
///
/// An attribute can be left out, and axum's router takes any handler. This one takes those that
/// start with a guard, which is what `#[jwt_required]` and its siblings make of a handler, alone
/// or on a block; one whose first parameter is a plain [`Jwt`], [`FreshJwt`] or [`RefreshJwt`] is
/// guarded too. What everybody may call is added by [`public`](Self::public), in plain sight.
/// [`into_router`](Self::into_router) makes axum's router of it, for state, layers and fallbacks.
///
/// [`Jwt`]: crate::Jwt
/// [`FreshJwt`]: crate::FreshJwt
/// [`RefreshJwt`]: crate::RefreshJwt
///
/// # Security
///
/// - `#[jwt_required(optional)]` is a guard. `Option<Jwt<…>>` is none: nothing but its type says
///   that it lets everybody in.
/// - What is added after `into_router` is not looked at. Let it be the last step, and let
///   [`routes`](Self::routes) be pinned by a test, so that a new public route is seen in a review.
/// - A handler below a [`RequireToken`](crate::RequireToken) layer has no guard of its own. It
///   goes into a router of its own, merged after `into_router`.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use jwt_runtime::{Claims, Jwt, JwtAuth, SecureRouter, fresh_jwt_required, jwt_required};
///
/// #[derive(Claims)]
/// struct User {
///     sub: String,
/// }
///
/// #[jwt_required]
/// async fn me(#[claims] user: User) -> String {
///     user.sub
/// }
///
/// #[fresh_jwt_required(max_age = "5m")]
/// async fn leave(#[claims] user: User) {}
///
/// async fn stats(Jwt(user): Jwt<User>) -> String {
///     user.sub
/// }
///
/// async fn health() -> &'static str {
///     "ok"
/// }
///
/// fn routes() -> SecureRouter<JwtAuth> {
///     let admin = SecureRouter::new().get("/stats", stats);
///     SecureRouter::new()
///         .get("/me", me)
///         .delete("/me", leave)
///         .public("/health", get(health))
///         .nest("/admin", admin)
/// }
///
/// fn app(auth: JwtAuth) -> Router {
///     routes().into_router().with_state(auth)
/// }
///
/// // In a test:
/// let routes: Vec<String> = routes().routes().map(|route| route.to_string()).collect();
/// assert_eq!(routes, ["GET /me", "DELETE /me", "public /health", "GET /admin/stats"]);
/// ```
///
/// A handler without a guard:
///
/// ```compile_fail,E0277
/// # use jwt_runtime::{JwtAuth, SecureRouter};
/// async fn me() {}
///
/// let routes = SecureRouter::<JwtAuth>::new().get("/me", me);
/// ```
#[must_use = "a router serves nothing before `.into_router()`"]
pub struct SecureRouter<S = ()> {
    router: Router<S>,
    routes: Vec<Route>,
}

// Invoked once for each, so that an error shows the one method and not the list of them.
macro_rules! method {
    ($name:ident: $method:ident) => {
        #[doc = concat!("Routes `", stringify!($method), "` requests to a guarded handler.")]
        ///
        /// # Panics
        ///
        /// As [`Router::route`]: a malformed path, or one method of a path twice.
        #[track_caller]
        pub fn $name<H, T>(self, path: &str, handler: H) -> Self
        where
            H: Handler<T, S> + GuardedHandler<T>,
            T: 'static,
        {
            self.add(Route::guarded(Method::$method, path), routing::$name(handler))
        }
    };
}

impl<S: Clone + Send + Sync + 'static> SecureRouter<S> {
    /// No routes.
    pub fn new() -> Self {
        Self { router: Router::new(), routes: Vec::new() }
    }

    method!(connect: CONNECT);
    method!(delete: DELETE);
    method!(get: GET);
    method!(head: HEAD);
    method!(options: OPTIONS);
    method!(patch: PATCH);
    method!(post: POST);
    method!(put: PUT);
    method!(trace: TRACE);

    /// Routes a path to what everybody may call: a login, a health check, what `#[public]` opts
    /// out of a guarded block.
    ///
    /// # Panics
    ///
    /// As [`Router::route`]: a malformed path, or one method of a path twice.
    #[track_caller]
    pub fn public(self, path: &str, handlers: MethodRouter<S>) -> Self {
        self.add(Route::public(path), handlers)
    }

    #[track_caller]
    fn add(mut self, route: Route, handlers: MethodRouter<S>) -> Self {
        self.router = self.router.route(route.path(), handlers);
        self.routes.push(route);
        self
    }

    /// Adds the routes of another one below a prefix.
    ///
    /// # Panics
    ///
    /// As [`Router::nest`]: a malformed prefix, the root, or routes that overlap.
    #[track_caller]
    pub fn nest(mut self, prefix: &str, other: Self) -> Self {
        self.router = self.router.nest(prefix, other.router);
        self.routes.extend(other.routes.into_iter().map(|route| route.below(prefix)));
        self
    }

    /// Adds the routes of another one.
    ///
    /// # Panics
    ///
    /// As [`Router::merge`]: routes that overlap.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.routes.extend(other.routes);
        self
    }
}

impl<S> SecureRouter<S> {
    /// What is routed, in the order in which it was added, for a test to pin.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter()
    }

    /// axum's router, which takes any handler from here on.
    pub fn into_router(self) -> Router<S> {
        self.router
    }
}

impl<S> From<SecureRouter<S>> for Router<S> {
    fn from(routes: SecureRouter<S>) -> Self {
        routes.into_router()
    }
}

impl<S: Clone + Send + Sync + 'static> Default for SecureRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for SecureRouter<S> {
    fn clone(&self) -> Self {
        Self { router: self.router.clone(), routes: self.routes.clone() }
    }
}

impl<S> fmt::Debug for SecureRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecureRouter").field("routes", &self.routes).finish_non_exhaustive()
    }
}
