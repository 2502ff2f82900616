//! The layer around a router: what a guard cannot do from where it stands.

mod body;
mod service;

use std::fmt;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use tower_layer::Layer;

use super::refusal_form::RefusalForm;
use crate::auth::JwtAuth;
use crate::error::AuthError;

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
///   guard sees it, so let that log paths;
/// - refusals in another form ([`refusals`](Self::refusals), [`on_refusal`](Self::on_refusal)).
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
pub struct JwtLayer {
    auth: JwtAuth,
    words: Words,
}

/// How refusals are said.
#[derive(Clone, Debug, Default)]
struct Words {
    form: RefusalForm,
    hook: Option<RefusalHook>,
}

/// What an application answers in place of a refusal.
#[derive(Clone)]
struct RefusalHook(Arc<Answer>);

type Answer = dyn Fn(&AuthError) -> Option<Response> + Send + Sync;

impl fmt::Debug for RefusalHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefusalHook(..)")
    }
}

impl Words {
    /// Says it again, if the answer is a refusal of this library's.
    fn apply(&self, response: &mut Response) {
        let Some(refusal) = response.extensions().get::<AuthError>().cloned() else { return };
        self.form.apply(&refusal, response);
        if let Some(RefusalHook(hook)) = &self.hook
            && let Some(mut answer) = hook(&refusal)
        {
            // For layers outside of this one, which may have words of their own.
            answer.extensions_mut().insert(refusal);
            *response = answer;
        }
    }
}

impl JwtAuth {
    /// The layer that goes around a router, for what a guard cannot do from where it stands: tokens
    /// in queries and bodies, CSRF tokens in forms, renewed cookies, refusals in other words. See
    /// [`JwtLayer`].
    pub fn layer(&self) -> JwtLayer {
        JwtLayer { auth: self.clone(), words: Words::default() }
    }
}

impl JwtLayer {
    /// Says refusals in this form: those of guards, and those that handlers return.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::Router;
    /// use jwt_runtime::{JwtAuth, RefusalForm};
    ///
    /// # fn example(auth: JwtAuth, routes: Router<JwtAuth>) -> Router {
    /// routes.with_state(auth.clone()).layer(auth.layer().refusals(RefusalForm::Problem))
    /// # }
    /// ```
    pub fn refusals(mut self, form: RefusalForm) -> Self {
        self.words.form = form;
        self
    }

    /// Answers in place of refusals, wherever this says how; `None` leaves one as it is.
    ///
    /// The whole answer is the application's then, headers and all: a 401 needs a
    /// `WWW-Authenticate` ([RFC 9110 §15.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2)),
    /// unless people see it in a browser.
    ///
    /// # Examples
    ///
    /// A page for those who are not logged in, and JSON for what else is wrong:
    ///
    /// ```
    /// use axum::Router;
    /// use axum::response::Redirect;
    /// use jwt_runtime::{AuthError, JwtAuth};
    ///
    /// # fn example(auth: JwtAuth, routes: Router<JwtAuth>) -> Router {
    /// let layer = auth.layer().on_refusal(|refusal| match refusal {
    ///     AuthError::TokenMissing | AuthError::TokenExpired => Some(Redirect::to("/login")),
    ///     _ => None,
    /// });
    /// routes.with_state(auth).layer(layer)
    /// # }
    /// ```
    pub fn on_refusal<R: IntoResponse>(
        mut self,
        answer: impl Fn(&AuthError) -> Option<R> + Send + Sync + 'static,
    ) -> Self {
        let hook = move |refusal: &AuthError| answer(refusal).map(R::into_response);
        self.words.hook = Some(RefusalHook(Arc::new(hook)));
        self
    }
}

impl<S> Layer<S> for JwtLayer {
    type Service = JwtService<S>;

    fn layer(&self, inner: S) -> JwtService<S> {
        JwtService::new(inner, self.clone())
    }
}
