//! How values are written in a configuration file and in the environment.

use std::time::Duration;

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, de};

use crate::token_type::TokenType;

/// `access` or `refresh`.
pub(super) fn parse_token_type(text: &str) -> Result<TokenType, de::value::Error> {
    TokenType::deserialize(text.into_deserializer())
}

/// Whole seconds, or text such as `15m`.
pub(super) fn parse_duration(text: &str) -> Result<Duration, humantime::DurationError> {
    match text.trim().parse() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text),
    }
}

pub(super) fn duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum SecondsOrText {
        Seconds(u64),
        Text(String),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(SecondsOrText::Seconds(seconds)) => Ok(Some(Duration::from_secs(seconds))),
        Some(SecondsOrText::Text(text)) => {
            parse_duration(&text).map(Some).map_err(de::Error::custom)
        }
    }
}

pub(super) fn one_or_many<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    let audience = crate::claims::Audience::deserialize(deserializer)?;
    Ok(audience.iter().map(str::to_owned).collect())
}

pub(super) fn token_types<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<TokenType>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        One(TokenType),
        Many(Vec<TokenType>),
    }
    Ok(Option::deserialize(deserializer)?.map(|types| match types {
        OneOrMany::One(token_type) => vec![token_type],
        OneOrMany::Many(types) => types,
    }))
}
