//! The service that a layer puts in front of another one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::response::{IntoResponse, Response};
use http::{Method, Request};
use tower_service::Service;

use super::RequireToken;
use super::asked::Asked;
use crate::claims::{Claims, NoClaims};
use crate::web::admit::{admit, exempt};

/// What a [`RequireToken`] makes of a service: the same one, behind the guard.
pub struct TokenRequired<S, K, C = NoClaims> {
    inner: S,
    required: Arc<RequireToken<K, C>>,
}

impl<S, K, C> TokenRequired<S, K, C> {
    pub(super) fn new(inner: S, required: RequireToken<K, C>) -> Self {
        Self { inner, required: Arc::new(required) }
    }
}

impl<S: Clone, K, C> Clone for TokenRequired<S, K, C> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), required: Arc::clone(&self.required) }
    }
}

impl<S, K, C> fmt::Debug for TokenRequired<S, K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequired").field("required", &self.required).finish_non_exhaustive()
    }
}

impl<S, B, K, C> Service<Request<B>> for TokenRequired<S, K, C>
where
    S: Service<Request<B>, Response: IntoResponse, Future: Send> + Clone + Send + 'static,
    B: Send + 'static,
    K: Asked,
    C: Claims,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that was polled is the one that is ready, not its clone.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let required = Arc::clone(&self.required);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            if required.exempts_options && parts.method == Method::OPTIONS {
                exempt::<K::Kind>(&required.auth, &mut parts, &required.rules);
                let request = Request::from_parts(parts, body);
                return inner.call(request).await.map(S::Response::into_response);
            }
            let token = admit::<K::Token<C>, K::Kind>(
                &required.auth,
                &mut parts,
                &required.rules,
                &|claims: &C| required.check(claims),
            )
            .await;
            match token {
                Ok(token) => {
                    parts.extensions.insert(Arc::new(token));
                    inner
                        .call(Request::from_parts(parts, body))
                        .await
                        .map(S::Response::into_response)
                }
                Err(refusal) => Ok(refusal.into_response()),
            }
        })
    }
}
