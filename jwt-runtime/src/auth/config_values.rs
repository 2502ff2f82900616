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

/// Whole minutes.
pub(super) fn minutes(text: &str) -> Result<Duration, String> {
    let minutes: u64 = text.trim().parse().map_err(|_| "it is not a whole number of minutes")?;
    Ok(Duration::from_secs(minutes.saturating_mul(60)))
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

/// `true` and `false`, and what else people write for them.
pub(super) fn parse_flag(text: &str) -> Result<bool, &'static str> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("it is `true` or `false`"),
    }
}

/// Names that commas separate, in brackets or without, as the Python libraries read them.
pub(super) fn parse_list(text: &str) -> Vec<String> {
    parse_names(text).into_iter().filter(|name| !name.is_empty()).collect()
}

/// The same, where a name that is empty is a mistake to report.
pub(super) fn parse_names(text: &str) -> Vec<String> {
    let text = text.trim();
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let names = text.split(',').map(|name| name.trim().trim_matches(['"', '\'']));
    names.map(str::to_owned).collect()
}

pub(super) fn texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<String>>, D::Error> {
    one_or_many(deserializer).map(Some)
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
