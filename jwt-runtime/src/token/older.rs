//! Tokens that an older library has issued, read as if they were this library's own.
//!
//! The signature is checked on what came. Then the claims are written again under the names that
//! they have here, and everything else is asked of them as of any other token.

use std::time::Duration;

use serde::Serializer as _;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

use crate::claims::RESERVED_CLAIMS;
use crate::error::InvalidToken;
use crate::json_text::json_text;
use crate::token_type::TokenType;

/// `typ` in the header of every token of these libraries.
pub(super) const OLDER_TYP: &str = "JWT";

const MAX_MEMBERS: usize = 256;

/// What the names of subjects begin with under which a store remembers what it is told of these
/// tokens. Nobody is called so: no token is issued to such a subject, and none is accepted.
pub(crate) const MADE_UP: &str = "\0older ";

/// Whether a subject is one of those.
pub(crate) fn is_made_up(subject: &str) -> bool {
    subject.starts_with(MADE_UP)
}

/// Which tokens of an older library are accepted beside this authority's own, so that clients in
/// the field stay logged in through a migration; for
/// [`accept_older`](crate::JwtAuthBuilder::accept_older).
///
/// They have to be signed with one of the authority's own keys, or with one of a
/// [`KeySet`](crate::KeySet) that is [`also_for_older_tokens`](crate::KeySet::also_for_older_tokens); the `typ` of
/// their header is `JWT`, and a `kid` is there only if it names that key. `exp`, `iat`, `jti`, a subject
/// and a type are required of them as of every token; what is of another name or form there is read so:
///
/// | claim | fastapi-jwt-auth, flask-jwt-extended | AuthX, FastJWT | simplejwt |
/// |---|---|---|---|
/// | `sub` | `sub`, or `identity` of old releases | `sub` | `user_id` |
/// | `type` | `type` | `type` | `token_type` |
/// | `scope` | | the list `scopes` | |
/// | the application's | beside the others, or in `user_claims` of old releases | beside the others | beside the others |
///
/// A whole number as the subject becomes its decimal text; AuthX never issued one, so there it is
/// refused. A date with a fraction loses it.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{JwtAuth, MemoryStore, OlderTokens};
///
/// # let the_old_secret = [7, 1].repeat(16);
/// let auth = JwtAuth::builder()
///     .secret(the_old_secret)
///     .store(MemoryStore::new())
///     .accept_older(OlderTokens::flask_jwt_extended())
///     .build()?;
/// # Ok::<(), jwt_runtime::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OlderTokens {
    identity: Vec<String>,
    token_type: &'static str,
    nested: Option<&'static str>,
    is_authx: bool,
    /// Whether it writes `iss` into access tokens only.
    omits_issuer: bool,
    longest_lifetime: Duration,
}

impl OlderTokens {
    fn new(identity: &[&str], token_type: &'static str, nested: Option<&'static str>) -> Self {
        Self {
            identity: identity.iter().map(|&name| name.to_owned()).collect(),
            token_type,
            nested,
            is_authx: false,
            omits_issuer: false,
            longest_lifetime: Duration::from_secs(30 * 24 * 60 * 60),
        }
    }

    /// Tokens of fastapi-jwt-auth and fastapi-another-jwt-auth.
    ///
    /// Their refresh tokens have no `iss`, whatever is configured, and are accepted so.
    pub fn fastapi_jwt_auth() -> Self {
        Self { omits_issuer: true, ..Self::flask_jwt_extended() }
    }

    /// Tokens of flask-jwt-extended.
    pub fn flask_jwt_extended() -> Self {
        Self::new(&["sub", "identity"], "type", Some("user_claims"))
    }

    /// Tokens of AuthX, and of FastJWT before it.
    pub fn authx() -> Self {
        Self { is_authx: true, ..Self::new(&["sub"], "type", None) }
    }

    /// Tokens of djangorestframework-simplejwt.
    pub fn simplejwt() -> Self {
        Self::new(&["user_id"], "token_type", None)
    }

    /// The claim that holds the subject, where the older library was configured with another one:
    /// `JWT_IDENTITY_CLAIM`, `USER_ID_CLAIM`.
    pub fn identity_claim(mut self, name: impl Into<String>) -> Self {
        self.identity = vec![name.into()];
        self
    }

    /// The longest lifetime that the older library has given to a token. Default: 30 days.
    ///
    /// A token that was made for longer is refused, and so is one that does not say when it was made;
    /// for so long a logout of an older token is remembered, and after so long nobody needs this any
    /// more. Leave it as it is while there are such tokens: what was remembered is not remembered for
    /// longer afterwards.
    pub fn longest_lifetime(mut self, lifetime: Duration) -> Self {
        self.longest_lifetime = lifetime;
        self
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.longest_lifetime
    }

    /// Whether a token of this type has no `iss`.
    pub(super) fn omits_issuer(&self, token_type: TokenType) -> bool {
        self.omits_issuer && token_type == TokenType::Refresh
    }

    /// The payload under the names of this library.
    pub(super) fn translated(&self, payload: &[u8]) -> Result<Vec<u8>, InvalidToken> {
        let malformed = InvalidToken::PayloadMalformed;
        let json = json_text(payload).ok_or(malformed)?;
        let members = Members::of(json).ok_or(malformed)?;
        let mut translated = Vec::with_capacity(payload.len() + 16);
        let mut serializer = serde_json::Serializer::new(&mut translated);
        let mut object = serializer.serialize_map(None).map_err(|_| malformed)?;
        for (name, value) in members.0 {
            self.write(&mut object, &name, value).ok_or(malformed)?;
        }
        SerializeMap::end(object).map_err(|_| malformed)?;
        Ok(translated)
    }

    fn write<M: SerializeMap>(&self, object: &mut M, name: &str, value: &RawValue) -> Option<()> {
        let text = value.get();
        if self.identity.iter().any(|identity| identity == name) {
            return match text.parse::<i64>() {
                Ok(id) if !self.is_authx => object.serialize_entry("sub", &id.to_string()),
                _ => object.serialize_entry("sub", value),
            }
            .ok();
        }
        if name == self.token_type {
            return object.serialize_entry("type", value).ok();
        }
        match name {
            "exp" | "nbf" | "iat" | "fresh" => match whole_seconds(text) {
                Some(seconds) => object.serialize_entry(name, &seconds),
                None => object.serialize_entry(name, value),
            }
            .ok(),
            // AuthX writes a list where RFC 8693 §4.2 has a text.
            "scopes" if self.is_authx => match joined(value) {
                Some(scope) => object.serialize_entry("scope", &scope),
                None => object.serialize_entry(name, value),
            }
            .ok(),
            // Without cookies AuthX writes an empty one.
            "csrf" if text == "\"\"" => Some(()),
            // What is called so there is the application's: no session of ours, and no login that is
            // known here.
            "sid" | "session_cookie" | "auth_time" => Some(()),
            // Another subject than the one that the library goes by.
            "sub" | "type" => Some(()),
            name if Some(name) == self.nested && text.starts_with('{') => {
                for (name, value) in Members::of(text)?.0 {
                    if name == "sub" || RESERVED_CLAIMS.contains(&name.as_str()) {
                        return None;
                    }
                    object.serialize_entry(&name, value).ok()?;
                }
                Some(())
            }
            name => object.serialize_entry(name, value).ok(),
        }
    }
}

/// A list of scope tokens as one text.
fn joined(list: &RawValue) -> Option<String> {
    let scopes: Vec<String> = serde_json::from_str(list.get()).ok()?;
    let are_tokens = scopes.iter().all(|scope| !scope.is_empty() && !scope.contains(' '));
    are_tokens.then(|| scopes.join(" "))
}

/// A number with a fraction without it: the earlier second.
fn whole_seconds(number: &str) -> Option<u64> {
    let seconds: f64 = number.parse().ok()?;
    let is_fractional = number.contains(['.', 'e', 'E']);
    // Up to 2^53 every whole number is exact; dates beyond the year 9999 are refused later.
    (is_fractional && (0.0..9e15).contains(&seconds)).then_some(seconds as u64)
}

/// The members of an object in their order, none of them twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    fn of(json: &'a str) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let members = deserializer.deserialize_map(CollectMembers).ok()?;
        deserializer.end().ok()?;
        Some(members)
    }
}

struct CollectMembers;

impl<'de> Visitor<'de> for CollectMembers {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members: Vec<(String, &RawValue)> = Vec::with_capacity(16);
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if members.len() == MAX_MEMBERS || members.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom("a member stands twice, or there are too many"));
            }
            members.push((name, value));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::OlderTokens;

    fn translated(older: &OlderTokens, payload: &str) -> Option<Value> {
        let payload = older.translated(payload.as_bytes()).ok()?;
        Some(serde_json::from_slice(&payload).expect("JSON"))
    }

    #[test]
    fn claims_get_the_names_of_this_library() {
        let flask = OlderTokens::flask_jwt_extended();
        let django = OlderTokens::simplejwt();
        for (older, payload, expected) in [
            (&flask, r#"{"identity":7,"type":"access"}"#, json!({"sub": "7", "type": "access"})),
            (&flask, r#"{"sub":"a","fresh":1.5}"#, json!({"sub": "a", "fresh": 1})),
            (&flask, r#"{"user_claims":{"role":"x"}}"#, json!({"role": "x"})),
            (
                &django,
                r#"{"user_id":"7","token_type":"refresh","type":"x","sub":"y"}"#,
                json!({"sub": "7", "type": "refresh"}),
            ),
            (&OlderTokens::authx(), r#"{"sub":7}"#, json!({"sub": 7})),
            (
                &OlderTokens::authx(),
                r#"{"exp":1800000000.9,"csrf":"","sid":"s","scopes":["a","b:c"]}"#,
                json!({"exp": 1_800_000_000, "scope": "a b:c"}),
            ),
            (
                &OlderTokens::simplejwt().identity_claim("id"),
                r#"{"id":-1,"user_id":2}"#,
                json!({"sub": "-1", "user_id": 2}),
            ),
        ] {
            assert_eq!(translated(older, payload), Some(expected), "{payload}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for payload in [
            r#"{"sub":"a","sub":"b"}"#,
            r#"{"user_claims":{"sub":"b"},"sub":"a"}"#,
            r#"{"user_claims":{"exp":1}}"#,
            r#"{"user_claims":{"a":1,"a":2}}"#,
            "[]",
            "{",
            "{} {}",
        ] {
            let flask = OlderTokens::flask_jwt_extended();
            assert_eq!(translated(&flask, payload), None, "{payload}");
        }
        // These are found by what reads the translation.
        for (payload, name) in
            [(r#"{"sub":"a","identity":"b"}"#, "sub"), (r#"{"user_claims":{"a":1},"a":2}"#, "a")]
        {
            let flask = OlderTokens::flask_jwt_extended();
            let written = flask.translated(payload.as_bytes()).expect("a translation");
            let written = String::from_utf8(written).expect("UTF-8");
            assert_eq!(written.matches(&format!("\"{name}\":")).count(), 2, "{written}");
        }
    }

    #[test]
    fn dates_beyond_reason_stay_as_they_are() {
        let authx = OlderTokens::authx();
        for exp in ["1e300", "-1.5", "\"1.5\"", "null", "true"] {
            let payload = format!(r#"{{"exp":{exp}}}"#);
            let expected: Value = serde_json::from_str(&payload).expect("JSON");
            assert_eq!(translated(&authx, &payload), Some(expected), "{exp}");
        }
    }
}
