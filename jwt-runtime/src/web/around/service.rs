//! The service that the layer puts around a router.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use http::header::{REFERRER_POLICY, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request};
use secrecy::ExposeSecret;
use tower_service::Service;

use super::JwtLayer;
use super::body::SharedBody;
use crate::auth::JwtAuth;
use crate::cookies::{CookieKind, TokenCookies};
use crate::csrf::{OriginRule, check_origin, is_navigation};
use crate::error::AuthError;
use crate::exchange::{Exchange, Renewal};
use crate::token_type::TokenType;
use crate::web::cookies;

/// What [`JwtLayer`](super::JwtLayer) makes of a service.
#[derive(Clone, Debug)]
pub struct JwtService<S> {
    inner: S,
    layer: JwtLayer,
}

impl<S> JwtService<S> {
    pub(super) fn new(inner: S, layer: JwtLayer) -> Self {
        Self { inner, layer }
    }
}

impl<S> Service<Request<Body>> for JwtService<S>
where
    S: Service<Request<Body>, Response: IntoResponse, Future: Send + 'static>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let JwtLayer { auth, words } = self.layer.clone();
        let (mut parts, body) = request.into_parts();
        let (shared, body) = SharedBody::of(body);
        let renews = renews(&auth, &parts);
        let exchange = Exchange::begin(&mut parts.extensions, auth.id(), Arc::new(shared), renews);
        let answer = self.inner.call(Request::from_parts(parts, body));
        Box::pin(async move {
            let mut response = answer.await?.into_response();
            words.apply(&mut response);
            if exchange.was_queried() {
                hide(response.headers_mut());
            }
            match renew(&auth, &exchange, &mut response).await {
                // Ended since the guard has looked: there is nothing to renew.
                Ok(()) | Err(AuthError::TokenRevoked | AuthError::TokenReused) => {}
                // What was asked for is done, and the client has what it had.
                Err(error) => {
                    tracing::error!(target: "jwt::issue", %error, "cookies could not be renewed");
                }
            }
            Ok(response)
        })
    }
}

/// Whether this request may have its cookies renewed: it is one of those that were chosen, and a
/// page of the application has made it, or somebody who came here by a link.
///
/// A page of another origin could have a renewal made and thrown away.
fn renews(auth: &JwtAuth, parts: &Parts) -> bool {
    let Some(cookies) = auth.cookies() else { return false };
    // What `nest` has cut off is in there.
    let uri = parts.extensions.get().map_or(&parts.uri, |OriginalUri(uri)| uri);
    cookies.renewal.as_ref().is_some_and(|renewal| renewal.takes(&parts.method, uri.path()))
        && (is_navigation(parts) || check_origin(parts, &cookies.csrf, OriginRule::IfTold))
}

/// Whoever was shown an answer does not tell others its address.
fn hide(headers: &mut HeaderMap) {
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    cookies::forbid_storing(headers);
}

/// Sets the cookies that a guard has left word of, except those that the handler has settled.
async fn renew(
    auth: &JwtAuth,
    exchange: &Exchange,
    response: &mut Response,
) -> Result<(), AuthError> {
    let renewed = match exchange.take_renewal() {
        Renewal::None => return Ok(()),
        Renewal::Due(_) if response.status().as_u16() >= 400 => return Ok(()),
        Renewal::Due(access) => match auth.successor(access.expose_secret()).await? {
            Some(token) => auth.set_access_cookies(&token)?,
            None => return Ok(()),
        },
        Renewal::Trade { refresh, access } => {
            match auth.traded(refresh.expose_secret(), access.expose_secret()).await? {
                Some(pair) => auth.set_cookies(&pair)?,
                None => return Ok(()),
            }
        }
    };
    cookies::write(&unsettled(auth, response.headers(), renewed), response.headers_mut())
}

/// What is left of the cookies of each token, if the answer sets or takes away none of that token's.
fn unsettled(auth: &JwtAuth, headers: &HeaderMap, renewed: TokenCookies) -> TokenCookies {
    let Some(cookies) = auth.cookies() else { return renewed };
    let is_settled = |name: &str| {
        let mut set = headers.get_all(SET_COOKIE).iter().map(|header| header.as_bytes());
        set.any(|header| {
            header.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
        })
    };
    [TokenType::Access, TokenType::Refresh].into_iter().fold(renewed, |renewed, token_type| {
        let kinds = [CookieKind::of(token_type), CookieKind::csrf_of(token_type)];
        let names = kinds.map(|kind| cookies.settings.name(kind));
        if names.into_iter().any(is_settled) { renewed.without(&names) } else { renewed }
    })
}
