//! `{"refresh_token": "…"}` or `refresh_token=…`: a refresh token in the body of its request.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, Visitor};

use super::Search;
use crate::error::{AuthError, MalformedRequest};
use crate::exchange::{Exchange, Needs};
use crate::form::{self, Field};
use crate::json_text::json_text;
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

/// Nobody is known yet when it is read: room for a token, and for something beside it.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// What the member or the field is called.
#[derive(Clone, Debug)]
pub(crate) struct BodySettings {
    pub(crate) json_name: String,
    pub(crate) form_name: String,
}

impl Default for BodySettings {
    fn default() -> Self {
        let name = "refresh_token";
        Self { json_name: name.to_owned(), form_name: name.to_owned() }
    }
}

/// The refresh token in the body, which the handler can read afterwards all the same.
pub(super) async fn find(
    search: Search<'_>,
    location: TokenLocation,
) -> Result<Option<String>, AuthError> {
    let headers = &search.parts.headers;
    let is_there = match location {
        TokenLocation::Json => form::is_media_type(headers, is_json),
        _ => form::is_form(headers),
    };
    if search.token_type != TokenType::Refresh || !is_there {
        return Ok(None);
    }
    let Some(exchange) = Exchange::required(search.exchange, Needs::Body) else {
        return Ok(None);
    };
    let malformed = || AuthError::RequestMalformed(MalformedRequest::BodyMalformed);
    let body = exchange.body().read(MAX_BODY_BYTES).await.ok_or_else(malformed)?;
    // Clients say what they would send, and send nothing.
    if body.is_empty() {
        return Ok(None);
    }
    let names = &search.settings.body;
    let field = match location {
        TokenLocation::Json => member(&body, &names.json_name).ok_or_else(malformed)?,
        _ => match form::find(&body, &names.form_name) {
            Field::Absent => Field::Absent,
            Field::Once(value) => Field::Once(value.into_owned()),
            Field::Repeated => Field::Repeated,
        },
    };
    match field {
        Field::Absent => Ok(None),
        Field::Once(token) if token.is_empty() => Err(malformed()),
        Field::Once(token) => Ok(Some(token)),
        Field::Repeated => Err(malformed()),
    }
}

/// `application/json`, and what is JSON by its suffix.
fn is_json(name: &str) -> bool {
    name == "application/json" || (name.starts_with("application/") && name.ends_with("+json"))
}

/// The string member of an object; nothing for a text that is no JSON, or a member that is no
/// string.
fn member(body: &[u8], name: &str) -> Option<Field<String>> {
    let text = json_text(body)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let found = deserializer.deserialize_any(Member(name)).ok()?;
    deserializer.end().ok()?;
    Some(found)
}

struct Member<'n>(&'n str);

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Field<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object or list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Field<String>, A::Error> {
        let mut found = Field::Absent;
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if name != self.0 {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value()?;
            if found != Field::Absent {
                return Err(A::Error::custom("the token is there twice"));
            }
            found = Field::Once(value);
        }
        Ok(found)
    }

    /// JSON without members: no token in it.
    fn visit_seq<A: serde::de::SeqAccess<'de>>(
        self,
        mut list: A,
    ) -> Result<Field<String>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::Absent)
    }
}
