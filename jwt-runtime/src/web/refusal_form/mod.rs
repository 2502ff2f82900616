//! Refusals in other words: for clients that know them from elsewhere.

mod authx;
mod fastapi_jwt_auth;
mod flask_jwt_extended;
mod pyjwt;
mod simplejwt;

use axum::body::Body;
use axum::response::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::error::AuthError;

/// What a refusal looks like on the wire; for [`JwtLayer::refusals`](crate::JwtLayer::refusals).
///
/// | form | body | status |
/// |---|---|---|
/// | `OAuth` | `{"error", "error_description", "code"}` | as in [the table](crate#refusals) |
/// | `Detail` | `{"detail"}`, as FastAPI has it | the same |
/// | `Problem` | `{"type", "title", "status", "detail", "code"}`, [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) | the same |
/// | `FastapiJwtAuth` | `{"detail"}` | as fastapi-jwt-auth 0.5 with the handler of its documentation |
/// | `FlaskJwtExtended` | `{"msg"}` | as flask-jwt-extended 4.7 |
/// | `AuthX` | `{"message", "error_type"}` | as AuthX 1.7 |
/// | `SimpleJwt` | `{"detail", "code", "messages"}` | as djangorestframework-simplejwt 5.5 |
///
/// The last four are for clients in the field while a service is moved: 422 is no status for a bad
/// token (RFC 6750 §3.1), and their texts tell more apart than the first three do. What an older
/// library has no word for keeps its status, and has our text in its form. Headers stay as they
/// are: `WWW-Authenticate`, `Cache-Control`, `Retry-After`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalForm {
    /// That of RFC 6750, and the default.
    #[default]
    OAuth,
    /// The description alone.
    Detail,
    /// RFC 9457.
    Problem,
    /// That of fastapi-jwt-auth.
    FastapiJwtAuth,
    /// That of flask-jwt-extended.
    FlaskJwtExtended,
    /// That of AuthX, which FastJWT was before.
    AuthX,
    /// That of djangorestframework-simplejwt.
    SimpleJwt,
}

/// A refusal in one of the forms.
pub(super) struct Told {
    status: StatusCode,
    body: Value,
}

impl Told {
    /// With the status and the text of another library.
    fn new(status: u16, body: Value) -> Self {
        Self { status: StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED), body }
    }

    /// With our status, where the other library has none for it.
    fn ours(refusal: &AuthError, body: Value) -> Self {
        Self { status: refusal.status(), body }
    }
}

impl RefusalForm {
    /// Says an answer's refusal again, in this form.
    pub(super) fn apply(self, refusal: &AuthError, response: &mut Response) {
        let text = refusal.to_string();
        let told = match self {
            Self::OAuth => return,
            Self::Detail => Told::ours(refusal, json!({ "detail": text })),
            Self::Problem => problem(refusal, &text),
            Self::FastapiJwtAuth => fastapi_jwt_auth::tell(refusal),
            Self::FlaskJwtExtended => flask_jwt_extended::tell(refusal),
            Self::AuthX => authx::tell(refusal),
            Self::SimpleJwt => simplejwt::tell(refusal),
        };
        *response.status_mut() = told.status;
        *response.body_mut() = Body::from(told.body.to_string());
        response.headers_mut().remove(CONTENT_LENGTH);
        if self == Self::Problem {
            let problem = HeaderValue::from_static("application/problem+json");
            response.headers_mut().insert(CONTENT_TYPE, problem);
        }
    }
}

/// `about:blank`: the status says what kind of problem it is, and `code` which one.
fn problem(refusal: &AuthError, text: &str) -> Told {
    let status = refusal.status();
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": text,
        "code": refusal.code(),
    });
    Told { status, body }
}
