//! Where a request carries its token.

mod body;
mod header;
mod query;
mod websocket;

use std::borrow::Cow;

use http::request::Parts;

use crate::cookies::{self, CookieKind, CookieSettings};
use crate::error::{AuthError, MalformedRequest};
use crate::exchange::Exchange;
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

pub(crate) use body::BodySettings;
pub(crate) use header::HeaderSettings;
pub(crate) use query::{QuerySettings, without_token};

/// Where an authority looks, in order, and what the places are called.
#[derive(Clone, Debug)]
pub(crate) struct LocateSettings {
    pub(crate) locations: Vec<TokenLocation>,
    pub(crate) header: HeaderSettings,
    pub(crate) query: QuerySettings,
    pub(crate) body: BodySettings,
}

impl Default for LocateSettings {
    fn default() -> Self {
        Self {
            locations: vec![TokenLocation::Header],
            header: HeaderSettings::default(),
            query: QuerySettings::default(),
            body: BodySettings::default(),
        }
    }
}

/// The one token of a request, and nothing known about it.
pub(crate) struct LocatedToken<'r> {
    text: Cow<'r, str>,
    location: TokenLocation,
}

impl<'r> LocatedToken<'r> {
    pub(crate) fn new(text: impl Into<Cow<'r, str>>, location: TokenLocation) -> Self {
        Self { text: text.into(), location }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn location(&self) -> TokenLocation {
        self.location
    }
}

/// What is looked at: a request, and what is known of where it may have its token.
#[derive(Clone, Copy)]
pub(crate) struct Search<'r> {
    pub(crate) parts: &'r Parts,
    pub(crate) exchange: Option<&'r Exchange>,
    pub(crate) settings: &'r LocateSettings,
    pub(crate) cookies: Option<&'r CookieSettings>,
    pub(crate) token_type: TokenType,
    /// The route's own; empty leaves the choice to the settings.
    pub(crate) locations: &'r [TokenLocation],
}

impl<'r> Search<'r> {
    /// The locations that count.
    pub(crate) fn locations(&self) -> &'r [TokenLocation] {
        match self.locations {
            [] => &self.settings.locations,
            locations => locations,
        }
    }
}

/// Finds the token of a request.
///
/// Every location is looked at: a request with two tokens is malformed, and which of them counts is
/// not for an order to decide.
///
/// Source: [RFC 6750 §2](https://www.rfc-editor.org/rfc/rfc6750#section-2).
///
/// # Errors
///
/// - [`AuthError::RequestMalformed`] for two tokens, and for a place that is not as it has to be.
/// - [`AuthError::TokenMissing`] where there is none.
pub(crate) async fn locate<'r>(search: Search<'r>) -> Result<LocatedToken<'r>, AuthError> {
    let mut found: Option<LocatedToken<'r>> = None;
    for location in search.locations() {
        let text = match location {
            TokenLocation::Json | TokenLocation::Form => {
                body::find(search, *location).await?.map(Cow::Owned)
            }
            location => in_head(search, *location)?,
        };
        let Some(text) = text else { continue };
        if found.is_some() {
            return Err(AuthError::RequestMalformed(MalformedRequest::TokenRepeated));
        }
        found = Some(LocatedToken { text, location: *location });
    }
    found.ok_or(AuthError::TokenMissing)
}

/// What needs no body.
fn in_head<'r>(
    search: Search<'r>,
    location: TokenLocation,
) -> Result<Option<Cow<'r, str>>, AuthError> {
    let Search { parts, exchange, settings, .. } = search;
    Ok(match location {
        TokenLocation::Header => header::find(&parts.headers, &settings.header)?.map(Cow::Borrowed),
        TokenLocation::Cookie => cookie(search)?.map(Cow::Borrowed),
        TokenLocation::Query => {
            query::find(&parts.uri, exchange, &settings.query, search.token_type)?
        }
        TokenLocation::WebSocket => websocket::find(parts)?.map(Cow::Borrowed),
        TokenLocation::Json | TokenLocation::Form => None,
    })
}

/// The cookie of this kind of token.
pub(crate) fn cookie<'r>(search: Search<'r>) -> Result<Option<&'r str>, AuthError> {
    let Some(settings) = search.cookies else { return Ok(None) };
    if settings.is_for_development() && !crate::host::is_this_machine(search.parts) {
        return Ok(None);
    }
    cookies::find(&search.parts.headers, settings.name(CookieKind::of(search.token_type)))
}
