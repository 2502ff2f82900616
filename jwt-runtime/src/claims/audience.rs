//! `aud`: whom a token is for.

use serde::de::{self, SeqAccess};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The recipients of a token: on the wire one string, or an array of strings.
///
/// # Examples
///
/// ```
/// use jwt_runtime::Audience;
///
/// let aud: Audience = serde_json::from_str(r#"["orders", "billing"]"#).unwrap();
/// assert!(aud.contains("billing"));
/// assert_eq!(serde_json::to_string(&Audience::from("orders")).unwrap(), r#""orders""#);
/// ```
///
/// Source: [RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience(Vec<String>);

impl Audience {
    /// Whether `recipient` is named, compared exactly.
    pub fn contains(&self, recipient: &str) -> bool {
        self.0.iter().any(|member| member == recipient)
    }

    /// Whether nobody is named, which is the same as a token without `aud`.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The recipients in the order of the token.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl From<&str> for Audience {
    fn from(recipient: &str) -> Self {
        Self(vec![recipient.to_owned()])
    }
}

impl<T: Into<String>> FromIterator<T> for Audience {
    fn from_iter<I: IntoIterator<Item = T>>(recipients: I) -> Self {
        Self(recipients.into_iter().map(Into::into).collect())
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let [one] = self.0.as_slice() {
            return serializer.serialize_str(one);
        }
        let mut members = serializer.serialize_seq(Some(self.0.len()))?;
        for member in &self.0 {
            members.serialize_element(member)?;
        }
        members.end()
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> de::Visitor<'de> for OneOrMany {
            type Value = Audience;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string or an array of strings")
            }

            fn visit_str<E: de::Error>(self, one: &str) -> Result<Audience, E> {
                Ok(Audience::from(one))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut many: A) -> Result<Audience, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = many.next_element()? {
                    members.push(member);
                }
                Ok(Audience(members))
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}
