//! The wire format: serde's attributes hold, and registered claims are read but never written.

use std::collections::BTreeMap;

use jwt_runtime::{Audience, Claims, NumericDate, Scopes};
use serde_json::{Value, json};

#[derive(Debug, PartialEq, Claims)]
#[serde(rename_all = "camelCase", default)]
struct User {
    #[claim(sub)]
    user_id: u64,
    display_name: String,
    #[serde(rename = "https://example.com/team", alias = "team")]
    team: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(with = "percent")]
    share: u8,
    #[serde(skip)]
    cache: u8,
    #[claim(scopes)]
    scope: Scopes,
    exp: NumericDate,
    #[serde(rename = "jti")]
    ticket: Option<String>,
    aud: Audience,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

impl Default for User {
    fn default() -> Self {
        Self {
            user_id: 0,
            display_name: "nobody".to_owned(),
            team: None,
            tags: Vec::new(),
            share: 0,
            cache: 7,
            scope: Scopes::default(),
            exp: NumericDate::default(),
            ticket: None,
            aud: Audience::default(),
            rest: BTreeMap::new(),
        }
    }
}

mod percent {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(share: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{share} %"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.trim_end_matches(" %").parse().map_err(serde::de::Error::custom)
    }
}

fn main() {
    let token = json!({
        "sub": 42,
        "team": "blue",
        "share": "50 %",
        "scope": "a b",
        "exp": 1_800_000_000,
        "jti": "ticket-1",
        "aud": ["orders", "billing"],
        "colour": "red",
    });
    let user = User::deserialize_claims(token).unwrap();
    assert_eq!(user.user_id, 42);
    assert_eq!(user.display_name, "nobody");
    assert_eq!(user.team.as_deref(), Some("blue"));
    assert_eq!(user.share, 50);
    assert_eq!(user.cache, 7);
    assert_eq!(user.exp.as_secs(), 1_800_000_000);
    assert_eq!(user.ticket.as_deref(), Some("ticket-1"));
    assert!(user.aud.contains("billing"));
    assert_eq!(user.rest["colour"], "red");

    let written = user.serialize_claims(serde_json::value::Serializer).unwrap();
    assert_eq!(
        written,
        json!({
            "sub": 42,
            "displayName": "nobody",
            "https://example.com/team": "blue",
            "share": "50 %",
            "scope": "a b",
            "colour": "red",
        })
    );
}
