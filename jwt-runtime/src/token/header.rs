//! The JOSE header: what is read of it, and what is refused before any key is touched.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::decode::base64url;
use super::older::OLDER_TYP;
use crate::error::InvalidToken;
use crate::json_text::json_text;
use crate::keys::{KeyRing, Selected};
use crate::token_type::TokenType;

/// Encoded; ours have about 60 bytes, and what is parsed here has no signature yet.
pub(super) const MAX_HEADER_BYTES: usize = 2048;
pub(super) const MAX_MEMBERS: usize = 32;
/// `typ`, `alg`, `kid`.
pub(super) const OWN_MEMBERS: usize = 3;

/// Members that change what a token means, or where its key comes from. None is supported, and
/// RFC 7515 §4.1.11 wants what is critical and not understood to be refused.
const EXTENSIONS: [&str; 4] = ["crit", "b64", "zip", "enc"];

/// Members that an application cannot set: the ones written here, and the ones that name keys.
pub(super) const RESERVED_MEMBERS: [&str; 16] = [
    "typ", "alg", "kid", "crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c", "x5t",
    "x5t#S256", "epk", "apu", "apv",
];

/// The header of every token that this library writes.
#[derive(Serialize)]
pub(super) struct OwnHeader<'a> {
    pub(super) typ: &'static str,
    pub(super) alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(super) extra: Option<&'a serde_json::Map<String, serde_json::Value>>,
}

impl OwnHeader<'_> {
    pub(super) fn encode(&self) -> Result<String, serde_json::Error> {
        serde_json::to_vec(self).map(|json| URL_SAFE_NO_PAD.encode(json))
    }
}

/// The encoded headers that the authority's own keys write, so that almost every token is
/// recognised by comparing text.
#[derive(Debug, Default)]
pub(crate) struct HeaderCache {
    known: Vec<(String, TokenType, usize)>,
}

impl HeaderCache {
    pub(crate) fn new(keys: &KeyRing) -> Self {
        let mut known = Vec::with_capacity(keys.verifiers().len() * 2);
        for (position, key) in keys.verifiers().iter().enumerate() {
            for token_type in [TokenType::Access, TokenType::Refresh] {
                let header = OwnHeader {
                    typ: token_type.header_typ(),
                    alg: key.algorithm().as_str(),
                    kid: key.kid(),
                    extra: None,
                };
                // A header that cannot be encoded is left to the parser.
                if let Ok(encoded) = header.encode() {
                    known.push((encoded, token_type, position));
                }
            }
        }
        Self { known }
    }

    /// The key for a header and the kind of token it announces; a token of an older library, where
    /// such are accepted, announces none.
    pub(super) fn resolve<'k>(
        &self,
        encoded: &str,
        keys: &'k KeyRing,
        accepts_older: bool,
    ) -> Result<(Selected<'k>, Option<TokenType>), InvalidToken> {
        if let Some((_, token_type, position)) =
            self.known.iter().find(|(known, ..)| known == encoded)
            && let Some(key) = keys.verifiers().get(*position)
        {
            return Ok((Selected::Own(key), Some(*token_type)));
        }
        if encoded.len() > MAX_HEADER_BYTES {
            return Err(InvalidToken::HeaderMalformed);
        }
        let json = base64url(encoded)?;
        let header = Header::parse(&json)?;
        let token_type = match header.token_type() {
            Err(_) if accepts_older && header.is_older() => None,
            token_type => Some(token_type?),
        };
        Ok((keys.select(header.kid.as_deref(), &header.alg)?, token_type))
    }
}

/// A header as somebody wrote it.
pub(super) struct Header<'a> {
    pub(super) alg: Cow<'a, str>,
    typ: Option<Cow<'a, str>>,
    kid: Option<Cow<'a, str>>,
}

impl<'a> Header<'a> {
    pub(super) fn parse(json: &'a [u8]) -> Result<Self, InvalidToken> {
        let text = json_text(json).ok_or(InvalidToken::HeaderMalformed)?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let members =
            deserializer.deserialize_map(Members).map_err(|_| InvalidToken::HeaderMalformed)?;
        deserializer.end().map_err(|_| InvalidToken::HeaderMalformed)?;
        if members.extension {
            return Err(InvalidToken::ExtensionUnsupported);
        }
        let alg = members.alg.ok_or(InvalidToken::HeaderMalformed)?;
        Ok(Self { alg, typ: members.typ, kid: members.kid })
    }

    /// Whether it is the header of a token of an older library, which knows one kind only.
    fn is_older(&self) -> bool {
        self.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(OLDER_TYP))
    }

    /// Media types are compared without case and without `application/`;
    /// [RFC 7515 §4.1.9](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9).
    fn token_type(&self) -> Result<TokenType, InvalidToken> {
        let typ = self.typ.as_deref().ok_or(InvalidToken::TypNotAccepted)?;
        let typ = match typ.split_once('/') {
            Some((family, typ)) if family.eq_ignore_ascii_case("application") => typ,
            _ => typ,
        };
        [TokenType::Access, TokenType::Refresh]
            .into_iter()
            .find(|token_type| typ.eq_ignore_ascii_case(token_type.header_typ()))
            .ok_or(InvalidToken::TypNotAccepted)
    }
}

/// Reads the members that matter and refuses a name that stands twice.
struct Members;

#[derive(Default)]
struct Found<'a> {
    alg: Option<Cow<'a, str>>,
    typ: Option<Cow<'a, str>>,
    kid: Option<Cow<'a, str>>,
    extension: bool,
}

impl<'de> Visitor<'de> for Members {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found::default();
        let mut names: Vec<Cow<'de, str>> = Vec::with_capacity(8);
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            if names.len() == MAX_MEMBERS || names.contains(&name) {
                return Err(A::Error::custom("a member stands twice, or there are too many"));
            }
            match &*name {
                "alg" => found.alg = Some(map.next_value()?),
                "typ" => found.typ = Some(map.next_value()?),
                "kid" => found.kid = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    found.extension |= EXTENSIONS.contains(&&*name);
                }
            }
            names.push(name);
        }
        Ok(found)
    }
}
