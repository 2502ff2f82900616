//! One route per guard. Each answers every method, and a WebSocket handshake too.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Json, Router};
use jwt_runtime::{
    AccessToken, FreshJwt, Jwt, JwtAuth, LoadUser, NoClaims, RefreshJwt, Registered,
    fresh_jwt_required, jwt_required, refresh_required,
};
use jwt_tests::routes::guarded::User;
use serde_json::json;

/// The guard that a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    Open,
    Access,
    Optional,
    Fresh,
    Refresh,
    /// Wants the scope `write`.
    Scope,
    /// Wants a fresh token with the scope `write`.
    FreshScope,
    /// Asks the application about the claims.
    Hook,
    /// Looks a user up.
    Account,
    /// Looks in the header, whatever the authority says.
    HeaderOnly,
    /// Looks in the cookie and the header, whatever the authority says.
    HeaderOrCookie,
}

impl Guard {
    /// The routes with this guard: as an attribute, an extractor, and a layer.
    pub(super) fn paths(self) -> &'static [&'static str] {
        match self {
            Self::Open => &["/open"],
            Self::Access => &["/access", "/plain/access", "/layer/access"],
            Self::Optional => &["/optional", "/plain/optional"],
            Self::Fresh => &["/fresh", "/plain/fresh"],
            Self::Refresh => &["/refresh", "/plain/refresh"],
            Self::Scope => &["/scope"],
            Self::FreshScope => &["/fresh-scope"],
            Self::Hook => &["/hook"],
            Self::Account => &["/account"],
            Self::HeaderOnly => &["/header-only"],
            Self::HeaderOrCookie => &["/header-or-cookie"],
        }
    }

    /// How the page says it, behind the input.
    pub(super) fn as_page_has_it(self) -> &'static str {
        match self {
            Self::Open => " (route without a guard)",
            Self::Access => "",
            Self::Optional => " (optional route)",
            Self::Fresh => " (fresh route)",
            Self::Refresh => " (refresh route)",
            Self::Scope => " (route with a scope)",
            Self::FreshScope => " (fresh route with a scope)",
            Self::Hook => " (route with `require`)",
            Self::Account => " (route with `#[user]`)",
            Self::HeaderOnly => " (route with `locations(header)`)",
            Self::HeaderOrCookie => " (route with `locations(header, cookie)`)",
        }
    }
}

pub(super) fn routes(auth: &JwtAuth) -> Router<JwtAuth> {
    let layered = Router::new().route("/layer/access", any(layered));
    Router::new()
        .route("/open", any(open))
        .route("/access", any(access))
        .route("/optional", any(optional))
        .route("/fresh", any(fresh))
        .route("/refresh", any(refresh))
        .route("/scope", any(scope))
        .route("/fresh-scope", any(fresh_scope))
        .route("/hook", any(hook))
        .route("/account", any(account))
        .route("/header-only", any(header_only))
        .route("/header-or-cookie", any(header_or_cookie))
        .route("/plain/access", any(plain_access))
        .route("/plain/optional", any(plain_optional))
        .route("/plain/fresh", any(plain_fresh))
        .route("/plain/refresh", any(plain_refresh))
        .merge(layered.route_layer(auth.require_access()))
}

/// Whether the request wants a WebSocket.
type Handshake = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// The answer of every handler; the WebSocket is closed at once.
fn welcome(subject: Option<&str>, handshake: Handshake) -> Response {
    match handshake {
        Ok(upgrade) => upgrade.protocols(["bearer"]).on_upgrade(|_| async {}),
        Err(_) => Json(json!({ "sub": subject })).into_response(),
    }
}

async fn open(handshake: Handshake) -> Response {
    welcome(None, handshake)
}

#[jwt_required]
async fn access(#[claims] token: Registered, handshake: Handshake) -> Response {
    welcome(Some(&token.sub), handshake)
}

#[jwt_required(optional)]
async fn optional(#[claims] token: Option<Registered>, handshake: Handshake) -> Response {
    welcome(token.as_ref().map(|token| token.sub.as_str()), handshake)
}

#[fresh_jwt_required]
async fn fresh(#[claims] token: Registered, handshake: Handshake) -> Response {
    welcome(Some(&token.sub), handshake)
}

#[refresh_required]
async fn refresh(#[claims] token: Registered, handshake: Handshake) -> Response {
    welcome(Some(&token.sub), handshake)
}

#[jwt_required(all_scopes("write"))]
async fn scope(#[claims] user: User, handshake: Handshake) -> Response {
    welcome(Some(&user.sub), handshake)
}

#[fresh_jwt_required(all_scopes("write"))]
async fn fresh_scope(#[claims] user: User, handshake: Handshake) -> Response {
    welcome(Some(&user.sub), handshake)
}

#[jwt_required(require = |user: &User| user.sub != "alice")]
async fn hook(#[claims] user: User, handshake: Handshake) -> Response {
    welcome(Some(&user.sub), handshake)
}

#[jwt_required(locations(header))]
async fn header_only(#[claims] token: Registered, handshake: Handshake) -> Response {
    welcome(Some(&token.sub), handshake)
}

#[jwt_required(locations(header, cookie))]
async fn header_or_cookie(#[claims] token: Registered, handshake: Handshake) -> Response {
    welcome(Some(&token.sub), handshake)
}

/// Nobody has an account any more.
struct Account;

impl LoadUser for Account {
    type Claims = User;
    type State = JwtAuth;
    type Error = Infallible;

    async fn load(_: &User, _: &JwtAuth) -> Result<Option<Self>, Infallible> {
        Ok(None)
    }
}

#[jwt_required]
async fn account(#[user] _account: Account, handshake: Handshake) -> Response {
    welcome(None, handshake)
}

async fn plain_access(Jwt(token): Jwt<Registered>, handshake: Handshake) -> Response {
    welcome(Some(&token.sub), handshake)
}

async fn plain_optional(token: Option<Jwt<Registered>>, handshake: Handshake) -> Response {
    welcome(token.as_ref().map(|Jwt(token)| token.sub.as_str()), handshake)
}

async fn plain_fresh(FreshJwt(token): FreshJwt<Registered>, handshake: Handshake) -> Response {
    welcome(Some(&token.sub), handshake)
}

async fn plain_refresh(RefreshJwt(token): RefreshJwt<User>, handshake: Handshake) -> Response {
    welcome(Some(&token.sub), handshake)
}

async fn layered(
    Extension(token): Extension<Arc<AccessToken<NoClaims>>>,
    handshake: Handshake,
) -> Response {
    welcome(Some(&token.registered().sub), handshake)
}
