//! What people see when something is refused or fails.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use jwt_runtime::{AuthError, JwtAuth};

use crate::views;

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Turns refusals into pages: to the form for logging in where a token is missing or no longer
/// good, and elsewhere into a few words.
pub(super) async fn as_page(State(auth): State<JwtAuth>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    if !is_refusal || response.headers().get(CONTENT_TYPE) == Some(&HTML) {
        return response;
    }
    match (status, response.extensions().get()) {
        // It may be that the browser has cookies and did not send them, as a page of another site
        // made the request: then they stay.
        (StatusCode::UNAUTHORIZED, Some(AuthError::TokenMissing)) => to_log_in().into_response(),
        (StatusCode::UNAUTHORIZED, _) => (auth.unset_cookies(), to_log_in()).into_response(),
        _ => with_page(response),
    }
}

fn to_log_in() -> Redirect {
    Redirect::to("/login")
}

/// The same answer with a page for its body.
fn with_page(mut response: Response) -> Response {
    let status = response.status();
    let page = views::refusal(status, text(status)).into_string();
    *response.body_mut() = Body::from(page);
    response.headers_mut().insert(CONTENT_TYPE, HTML);
    response.headers_mut().remove(CONTENT_LENGTH);
    response
}

fn text(status: StatusCode) -> &'static str {
    match status {
        StatusCode::FORBIDDEN => {
            "This did not come from a page of this site, or from an old one, so nothing was \
             changed. Please go back, reload the page and try again."
        }
        StatusCode::NOT_FOUND => "There is no such page here.",
        StatusCode::PAYLOAD_TOO_LARGE => "That is more than we can read.",
        StatusCode::SERVICE_UNAVAILABLE => {
            "Something that we need does not answer. Nothing is lost: please try again in a moment."
        }
        status if status.is_server_error() => {
            "Something went wrong on our side. Please try again in a moment."
        }
        _ => "We did not understand that. Please go back and try again.",
    }
}
