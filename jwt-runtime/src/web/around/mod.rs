//! The layer around a router: what a guard cannot do from where it stands.

mod body;
mod service;

use tower_layer::Layer;

use crate::auth::JwtAuth;

pub use service::JwtService;

/// The layer of an authority, made by [`JwtAuth::layer`].
///
/// A guard sees the head of a request, and neither its body nor the answer. This layer lets it look
/// at the body, which the handler can read afterwards all the same, and has a hand in the answer:
///
/// - tokens in a query, in a JSON body, or in a form ([`TokenLocation`](crate::TokenLocation));
/// - CSRF tokens in a form ([`CsrfOptions::check_form`](crate::CsrfOptions::check_form));
/// - cookies that are renewed ([`RenewalOptions`](crate::RenewalOptions));
/// - `Referrer-Policy: no-referrer` and `Cache-Control: no-store` for the answer to a token that came
///   in the query. Handlers behind the guard see the URI without it; what logs URIs in front of the
///   guard sees it, so let that log paths.
///
/// Without the layer none of this is there: such tokens are not found, and a line in the log says why.
/// It guards nothing by itself. Add it last, so that it is around all of the routes.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use jwt_runtime::JwtAuth;
///
/// # fn example(auth: JwtAuth, routes: Router<JwtAuth>) -> Router {
/// routes.with_state(auth.clone()).layer(auth.layer())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing before `.layer(…)`"]
pub struct JwtLayer(JwtAuth);

impl JwtAuth {
    /// The layer that goes around a router, for what a guard cannot do from where it stands: tokens
    /// in queries and bodies, CSRF tokens in forms, renewed cookies. See [`JwtLayer`].
    pub fn layer(&self) -> JwtLayer {
        JwtLayer(self.clone())
    }
}

impl<S> Layer<S> for JwtLayer {
    type Service = JwtService<S>;

    fn layer(&self, inner: S) -> JwtService<S> {
        JwtService::new(inner, self.0.clone())
    }
}
