//! The service that the layer puts around a router.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, REFERRER_POLICY, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request};
use tower_service::Service;

use super::body::SharedBody;
use crate::auth::JwtAuth;
use crate::cookies::TokenCookies;
use crate::error::AuthError;
use crate::exchange::{Exchange, Renewal};
use crate::web::cookies;

/// What [`JwtLayer`](super::JwtLayer) makes of a service.
#[derive(Clone, Debug)]
pub struct JwtService<S> {
    inner: S,
    auth: JwtAuth,
}

impl<S> JwtService<S> {
    pub(super) fn new(inner: S, auth: JwtAuth) -> Self {
        Self { inner, auth }
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
        let auth = self.auth.clone();
        let (mut parts, body) = request.into_parts();
        let (shared, body) = SharedBody::of(body);
        let renews = auth.cookies().is_some_and(|cookies| cookies.renewal.is_some());
        let exchange = Exchange::begin(&mut parts.extensions, auth.id(), Arc::new(shared), renews);
        let answer = self.inner.call(Request::from_parts(parts, body));
        Box::pin(async move {
            let mut response = answer.await?.into_response();
            if exchange.was_queried() {
                hide(response.headers_mut());
            }
            if let Err(error) = renew(&auth, &exchange, &mut response).await {
                // What was asked for is done, and the client has what it had.
                tracing::error!(target: "jwt::issue", %error, "cookies could not be renewed");
            }
            Ok(response)
        })
    }
}

/// Whoever was shown an answer does not tell others its address.
fn hide(headers: &mut HeaderMap) {
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Sets the cookies that a guard has left word of, unless the handler has settled them.
async fn renew(
    auth: &JwtAuth,
    exchange: &Exchange,
    response: &mut Response,
) -> Result<(), AuthError> {
    let renewed = match exchange.take_renewal() {
        Renewal::None => return Ok(()),
        Renewal::Done(cookies) => cookies,
        Renewal::Due(_) if response.status().as_u16() >= 400 => return Ok(()),
        Renewal::Due(compact) => {
            use secrecy::ExposeSecret;
            match auth.successor(compact.expose_secret()).await? {
                Some(token) => auth.set_access_cookies(&token)?,
                None => return Ok(()),
            }
        }
    };
    if is_settled(response.headers(), &renewed) {
        return Ok(());
    }
    cookies::write(&renewed, response.headers_mut())
}

/// Whether an answer sets or takes away one of these cookies already.
fn is_settled(headers: &HeaderMap, renewed: &TokenCookies) -> bool {
    headers.get_all(SET_COOKIE).iter().any(|header| {
        let name = header.as_bytes().split(|byte| *byte == b'=').next().unwrap_or_default();
        renewed.iter().any(|cookie| cookie.name().as_bytes() == name.trim_ascii())
    })
}
