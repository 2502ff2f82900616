//! A token in each location, as a client that does it right puts it there.

use jwt_runtime::{TokenLocation, TokenType};

use crate::cookies::{ACCESS_COOKIE, REFRESH_COOKIE};
use crate::draft::Draft;

use TokenLocation::{Cookie, Form, Header, Json, Query, WebSocket};

/// Where an access token may be.
pub const FOR_ACCESS: &[TokenLocation] = &[Header, Cookie, Query, WebSocket];
/// Where a refresh token may be.
pub const FOR_REFRESH: &[TokenLocation] = &[Header, Cookie, Query, Json, Form, WebSocket];

/// A request that could carry a token in this location, and does not yet.
pub fn draft(location: TokenLocation) -> Draft {
    match location {
        Json | Form => Draft::post(),
        WebSocket => Draft::handshake(),
        _ => Draft::get(),
    }
}

/// Puts a token where a guard for tokens of this type looks.
pub fn put(draft: Draft, location: TokenLocation, wanted: TokenType, token: &str) -> Draft {
    let is_access = wanted == TokenType::Access;
    let member = if is_access { "access_token" } else { "refresh_token" };
    match location {
        Header => draft.bearer(token),
        Cookie => draft.cookie(if is_access { ACCESS_COOKIE } else { REFRESH_COOKIE }, token),
        Query => draft.query(member, token),
        Json => draft.json(format!(r#"{{"{member}":"{token}"}}"#)),
        Form => draft.form(format!("{member}={token}")),
        WebSocket => draft.header("Sec-WebSocket-Protocol", format!("bearer, {token}")),
        other => panic!("{other:?} is new, and these tests do not know it"),
    }
}
