//! The check of one request.

use http::header::UPGRADE;
use http::request::Parts;
use http::{HeaderMap, Method};

use super::options::Places;
use super::{CsrfSettings, OriginRule, check_origin};
use crate::claims::CsrfToken;
use crate::error::{AuthError, CsrfFailure};
use crate::exchange::{Exchange, Needs};
use crate::form::{self, Field};
use crate::token_type::TokenType;

/// A form with some text in it; the token in the cookie is known to be good when it is read.
const MAX_FORM_BYTES: usize = 1024 * 1024;

/// Checks a request whose token came by cookie: `expected` is the claim of that token.
///
/// # Errors
///
/// - [`AuthError::CsrfFailed`], which says what to send.
pub(crate) async fn check(
    parts: &Parts,
    exchange: Option<&Exchange>,
    settings: &CsrfSettings,
    token_type: TokenType,
    expected: Option<&str>,
) -> Result<(), AuthError> {
    // Pages cannot set a header of a WebSocket's, and its method is a safe one: all there is, is
    // the origin, and every browser tells it.
    let rule = match is_websocket(parts) {
        true => OriginRule::Required,
        false if settings.protects(&parts.method) => OriginRule::IfTold,
        false => return Ok(()),
    };
    if !check_origin(parts, settings, rule) {
        return Err(AuthError::CsrfFailed(CsrfFailure::CrossOrigin));
    }
    let Some(places) = settings.places(token_type).filter(|_| rule == OriginRule::IfTold) else {
        return Ok(());
    };
    let expected = expected.filter(|value| !value.is_empty());
    let expected = expected.ok_or(AuthError::CsrfFailed(CsrfFailure::NotInToken))?;
    let told = || places.told.clone();
    match submitted(parts, exchange, places).await {
        Submitted::Nothing => Err(AuthError::CsrfFailed(CsrfFailure::Missing(told()))),
        Submitted::Unreadable => Err(AuthError::CsrfFailed(CsrfFailure::FormUnreadable(told()))),
        Submitted::Value(value) if CsrfToken::from_claim(expected) == *value => Ok(()),
        Submitted::Value(_) | Submitted::Several => {
            Err(AuthError::CsrfFailed(CsrfFailure::Mismatch(told())))
        }
    }
}

/// Whether a request opens a WebSocket: by HTTP/1.1's `Upgrade`, or by HTTP/2's extended `CONNECT`.
///
/// Source: [RFC 6455 §4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1),
/// [RFC 8441 §4](https://www.rfc-editor.org/rfc/rfc8441#section-4).
fn is_websocket(parts: &Parts) -> bool {
    parts.method == Method::CONNECT
        || (parts.method == Method::GET && asks_for_websocket(&parts.headers))
}

fn asks_for_websocket(headers: &HeaderMap) -> bool {
    headers.get_all(UPGRADE).iter().any(|value| {
        let protocols = value.as_bytes().split(|byte| *byte == b',');
        protocols.map(<[u8]>::trim_ascii).any(|name| name.eq_ignore_ascii_case(b"websocket"))
    })
}

/// What a request sent.
enum Submitted {
    Nothing,
    Value(String),
    Several,
    /// A form that is too long, or that breaks off.
    Unreadable,
}

/// From the header, or else from the form field, if that was chosen.
async fn submitted(parts: &Parts, exchange: Option<&Exchange>, places: &Places) -> Submitted {
    let mut values = parts.headers.get_all(&places.header).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => {
            return Submitted::Value(String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        (Some(_), Some(_)) => return Submitted::Several,
        (None, _) => {}
    }
    let Some(field) = places.told.field().filter(|_| form::is_form(&parts.headers)) else {
        return Submitted::Nothing;
    };
    let Some(exchange) = Exchange::required(exchange, Needs::FormCsrf) else {
        return Submitted::Nothing;
    };
    match form::field(exchange.body(), field, MAX_FORM_BYTES).await {
        Ok(Field::Once(value)) => Submitted::Value(value),
        Ok(Field::Absent) => Submitted::Nothing,
        Err(form::Unreadable) => Submitted::Unreadable,
        Ok(Field::Repeated) => Submitted::Several,
    }
}
