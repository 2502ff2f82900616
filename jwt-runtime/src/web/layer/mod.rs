//! Guards in front of whole routers.

pub(crate) mod asked;
mod options;
mod scope_only;
mod service;
mod settled;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use tower_layer::Layer;

use self::asked::{Access, AnyType, Asked, Fresh, Refresh};
use crate::auth::JwtAuth;
use crate::claims::{Claims, NoClaims};
use crate::error::AuthError;
use crate::policy::{Passed, Rules};

pub use scope_only::ScopeOnly;
pub use service::TokenRequired;

/// One question about the claims; all of them have to say yes.
type Condition<C> = Arc<dyn Fn(&C) -> Result<(), AuthError> + Send + Sync>;

/// A [`tower_layer::Layer`] that lets a request through only with a good token: what the
/// attributes do for a handler, for a whole router.
///
/// Made by [`JwtAuth::require_access`], [`JwtAuth::require_fresh`] and
/// [`JwtAuth::require_refresh`]; the methods are the arguments of the attributes. Conditions add
/// up: one that is given twice is asked twice. A second `issuer`, `audience` or `max_age` takes the
/// place of the first. A request goes the same way as with an attribute: the same checks in the
/// same order, the same refusals, nothing of the body is read. What is wrong with the options
/// themselves panics here, when the router is built, as a malformed path does.
///
/// The verified token goes into the request's extensions, as `Arc<AccessToken<C>>`, or
/// `Arc<RefreshToken<C>>` after `require_refresh`. A handler takes it from there without a second
/// verification; one with an attribute of its own verifies for itself.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use axum::{Extension, Router, routing::get};
/// use jwt_runtime::{AccessToken, Claims, JwtAuth};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(PartialEq, Serialize, Deserialize)]
/// enum Role {
///     Admin,
/// }
///
/// #[derive(Claims)]
/// struct User {
///     sub: String,
///     region: String,
///     #[claim(roles)]
///     roles: Vec<Role>,
/// }
///
/// async fn stats(Extension(token): Extension<Arc<AccessToken<User>>>) -> String {
///     format!("for {} in {}", token.sub, token.region)
/// }
///
/// # async fn list() {}
/// # fn example(auth: JwtAuth) -> Router {
/// let admin = Router::new().route("/stats", get(stats)).route_layer(
///     auth.require_access()
///         .claims::<User>()
///         .any_role([Role::Admin])
///         .require(|user: &User| user.region == "eu"),
/// );
/// let orders = Router::new()
///     .route("/orders", get(list))
///     .route_layer(auth.require_access().all_scopes(["orders:read"]));
/// # let app: Router =
/// admin.merge(orders)
/// # ; app
/// # }
/// ```
///
/// # Which routes
///
/// A layer is around the routes that the router has when the layer is added. **A route that is
/// added after it is not guarded**, and neither is a handler that somebody routes a second time
/// elsewhere. The attribute stands on the handler itself and goes wherever the handler goes: it is
/// the stronger choice, and a layer the shorter one for a router whose handlers have no use for
/// the claims.
///
/// - `Router::route_layer` guards routes, every method of them: a path that does not exist is 404,
///   with a token or without. `Router::layer` guards the fallback too: without a token everything
///   is 401, so nobody learns which paths exist. `MethodRouter::route_layer` guards the methods
///   that were added before it.
/// - A layer that is added later is outside of the earlier ones. Add a CORS layer after this one: a
///   preflight request has no token, and is refused like any other that has none.
/// - Two of these layers are both asked, from the outside in. The token in the extensions is the
///   one of the inner layer, where both read the same claims type.
#[must_use = "a layer guards nothing before `.route_layer(…)`"]
pub struct RequireToken<K, C = NoClaims> {
    auth: JwtAuth,
    rules: Rules,
    conditions: Vec<Condition<C>>,
    exempts_options: bool,
    asked: PhantomData<fn() -> K>,
}

/// What [`JwtAuth::require_access`] makes, by a name that a signature can use.
pub type RequireAccess<C = NoClaims> = RequireToken<Access, C>;

/// What [`JwtAuth::require_fresh`] makes.
pub type RequireFresh<C = NoClaims> = RequireToken<Fresh, C>;

/// What [`JwtAuth::require_refresh`] makes.
pub type RequireRefresh<C = NoClaims> = RequireToken<Refresh, C>;

/// A layer that asks for a token of either kind; made by [`JwtAuth::require_any_type`].
pub type RequireAnyType<C = NoClaims> = RequireToken<AnyType, C>;

impl JwtAuth {
    /// A layer that asks for a valid, unrevoked access token; `#[jwt_required]` for a router.
    pub fn require_access(&self) -> RequireAccess {
        RequireToken::new(self)
    }

    /// A layer that asks for a fresh access token; `#[fresh_jwt_required]` for a router.
    pub fn require_fresh(&self) -> RequireFresh {
        RequireToken::new(self)
    }

    /// A layer that asks for a valid refresh token that was not used before;
    /// `#[refresh_required]` for a router.
    ///
    /// It does not use the token up: that is [`JwtAuth::rotate`], which takes a token by value, as
    /// `#[refresh_required]` hands it over.
    pub fn require_refresh(&self) -> RequireRefresh {
        RequireToken::new(self)
    }

    /// A layer that asks for a valid token of either kind, for routes such as a logout; handlers
    /// below find an `Arc<Token<C>>` in the request's extensions.
    pub fn require_any_type(&self) -> RequireAnyType {
        RequireToken::new(self)
    }
}

impl<K: Asked> RequireToken<K> {
    fn new(auth: &JwtAuth) -> Self {
        Self {
            auth: auth.clone(),
            rules: K::RULES,
            conditions: Vec::new(),
            exempts_options: false,
            asked: PhantomData,
        }
    }
}

impl<K, C: Claims> RequireToken<K, C> {
    fn check(&self, claims: &C) -> Result<Passed, AuthError> {
        self.conditions.iter().try_for_each(|condition| condition(claims)).map(|()| Passed)
    }
}

impl<S, K, C> Layer<S> for RequireToken<K, C> {
    type Service = TokenRequired<S, K, C>;

    fn layer(&self, inner: S) -> Self::Service {
        TokenRequired::new(inner, self.clone())
    }
}

impl<K, C> Clone for RequireToken<K, C> {
    fn clone(&self) -> Self {
        Self {
            auth: self.auth.clone(),
            rules: self.rules,
            conditions: self.conditions.clone(),
            exempts_options: self.exempts_options,
            asked: PhantomData,
        }
    }
}

impl<K, C> fmt::Debug for RequireToken<K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireToken")
            .field("auth", &self.auth)
            .field("rules", &self.rules)
            .field("conditions", &self.conditions.len())
            .field("exempts_options", &self.exempts_options)
            .finish()
    }
}
