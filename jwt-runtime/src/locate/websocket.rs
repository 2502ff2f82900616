//! `Sec-WebSocket-Protocol: bearer, <token>`: a browser's WebSocket has no other header to set.

use http::header::SEC_WEBSOCKET_PROTOCOL;
use http::request::Parts;

use super::header::is_b64token;
use crate::error::{AuthError, MalformedRequest};

/// What announces the token, and what the handler answers as the protocol that was chosen.
const PROTOCOL: &str = "bearer";

/// The token behind the protocol `bearer`.
pub(super) fn find(parts: &Parts) -> Result<Option<&str>, AuthError> {
    let malformed = AuthError::RequestMalformed(MalformedRequest::ProtocolMalformed);
    let mut protocols = Vec::new();
    for header in parts.headers.get_all(SEC_WEBSOCKET_PROTOCOL) {
        let Ok(header) = header.to_str() else { return Err(malformed) };
        protocols.extend(header.split(',').map(str::trim));
    }
    let mut announced = protocols.iter().enumerate().filter(|(_, name)| **name == PROTOCOL);
    match (announced.next(), announced.next()) {
        (None, _) => Ok(None),
        (Some((position, _)), None) => match protocols.get(position + 1) {
            Some(token) if is_b64token(token) => Ok(Some(token)),
            _ => Err(malformed),
        },
        (Some(_), Some(_)) => Err(malformed),
    }
}
