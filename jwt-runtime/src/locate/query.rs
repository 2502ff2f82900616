//! `?access_token=<token>`, for those who have no other way.

use std::borrow::Cow;

use http::Uri;
use http::uri::PathAndQuery;

use crate::error::{AuthError, MalformedRequest};
use crate::exchange::{Exchange, Needs};
use crate::form::{self, Field};
use crate::token_type::TokenType;

/// What the parameters are called, and what stands in front of the token there.
#[derive(Clone, Debug)]
pub(crate) struct QuerySettings {
    pub(crate) access_name: String,
    pub(crate) refresh_name: String,
    pub(crate) prefix: String,
}

impl Default for QuerySettings {
    fn default() -> Self {
        Self {
            access_name: "access_token".to_owned(),
            refresh_name: "refresh_token".to_owned(),
            prefix: String::new(),
        }
    }
}

impl QuerySettings {
    pub(crate) fn name(&self, token_type: TokenType) -> &str {
        match token_type {
            TokenType::Access => &self.access_name,
            TokenType::Refresh => &self.refresh_name,
        }
    }
}

/// The token in the query; only where the answer can be kept out of caches and `Referer` headers.
///
/// Source: [RFC 6750 §2.3](https://www.rfc-editor.org/rfc/rfc6750#section-2.3).
pub(super) fn find<'r>(
    uri: &'r Uri,
    exchange: Option<&Exchange>,
    settings: &QuerySettings,
    token_type: TokenType,
) -> Result<Option<Cow<'r, str>>, AuthError> {
    if let Some(token) = exchange.and_then(|exchange| exchange.query_token(token_type)) {
        return Ok(Some(Cow::Owned(token)));
    }
    let Some(query) = uri.query() else { return Ok(None) };
    let value = match form::find(query.as_bytes(), settings.name(token_type)) {
        Field::Absent => return Ok(None),
        Field::Once(value) => Some(value),
        Field::Repeated => None,
    };
    let Some(exchange) = Exchange::required(exchange, Needs::Query) else {
        return Ok(None);
    };
    exchange.note_query();
    let token = value.as_deref().and_then(|value| value.strip_prefix(&*settings.prefix));
    let token = token
        .filter(|token| !token.is_empty())
        .ok_or(AuthError::RequestMalformed(MalformedRequest::QueryMalformed))?;
    exchange.keep_query_token(token_type, token);
    Ok(Some(Cow::Owned(token.to_owned())))
}

/// The same URI without the token, for whatever reads it afterwards.
pub(crate) fn without_token(uri: &Uri, settings: &QuerySettings, token_type: TokenType) -> Uri {
    let name = settings.name(token_type);
    let query = uri.query().unwrap_or_default();
    let is_other = |pair: &&str| {
        let found = form_urlencoded::parse(pair.as_bytes()).next();
        found.is_none_or(|(found, _)| found != name)
    };
    let rest = query.split('&').filter(is_other).collect::<Vec<_>>().join("&");
    let path = uri.path();
    let target = if rest.is_empty() { path.to_owned() } else { format!("{path}?{rest}") };
    let mut parts = uri.clone().into_parts();
    // A part of what was a good URI is one; were it not so, nothing of the query is left.
    parts.path_and_query =
        Some(PathAndQuery::try_from(target).unwrap_or_else(|_| PathAndQuery::from_static("/")));
    Uri::from_parts(parts).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{QuerySettings, TokenType, Uri, without_token};

    #[test]
    fn token_is_taken_out_and_nothing_else() {
        for (uri, expected) in [
            ("/a?access_token=x", "/a"),
            ("/a?b=1&access_token=x", "/a?b=1"),
            ("/a?access_token=x&b=1", "/a?b=1"),
            ("/a?b=1&access%5Ftoken=x&c=%20", "/a?b=1&c=%20"),
            ("/a?access_token=x&access_token=y&b", "/a?b"),
            ("/a?refresh_token=x", "/a?refresh_token=x"),
            ("https://a.example/b?access_token=x", "https://a.example/b"),
        ] {
            let uri: Uri = uri.parse().expect("a URI");
            let rest = without_token(&uri, &QuerySettings::default(), TokenType::Access);
            assert_eq!(rest.to_string(), expected, "{uri}");
        }
    }
}
