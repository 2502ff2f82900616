//! Reading the payload of a token: one pass for the registered and the application's claims.
//!
//! Every member of the JSON object goes to the [`Envelope`] if its name is
//! registered, and to the application's type if that type declares a field of the name; a member
//! that nobody declares is only checked to be JSON. Duplicate names are refused
//! (RFC 7519 §4, RFC 8725 §2.4): parsers disagree about them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::registered::{CONFIRMATION, RegisteredName, Text};
use super::subject::SubjectReader;
use super::{Claims, Envelope};
use crate::json_text::json_text;

/// Why a payload was not understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PayloadError {
    /// Not a JSON object in UTF-8, or a name twice.
    Malformed,
    /// A registered claim has the wrong JSON type.
    Registered(&'static str),
    /// The application's claims do not fit its type; names the claim where it is known.
    Application(Option<Cow<'static, str>>),
}

/// Reads a payload into the registered claims and `C`.
///
/// # Errors
///
/// With [`PayloadError::Application`] the envelope may be incomplete; to report an expired token
/// of an older shape as expired, read it again into [`NoClaims`](super::NoClaims).
pub(crate) fn parse<'de, C: Claims>(
    payload: &'de [u8],
    envelope: &mut Envelope<'de>,
) -> Result<C, PayloadError> {
    let json = json_text(payload).ok_or(PayloadError::Malformed)?;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let mut failure = None;
    let claims = ReadObject { envelope, failure: &mut failure, claims: PhantomData }
        .deserialize(&mut deserializer)
        .map_err(|_| failure.unwrap_or(PayloadError::Malformed))?;
    deserializer.end().map_err(malformed)?;
    Ok(claims)
}

struct ReadObject<'a, 'de, C> {
    envelope: &'a mut Envelope<'de>,
    /// What went wrong, which the error type of the JSON parser has no room for.
    failure: &'a mut Option<PayloadError>,
    claims: PhantomData<C>,
}

impl<'de, C: Claims> DeserializeSeed<'de> for ReadObject<'_, 'de, C> {
    type Value = C;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<C, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, C: Claims> Visitor<'de> for ReadObject<'_, 'de, C> {
    type Value = C;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<C, A::Error> {
        let mut members = Members {
            inner,
            envelope: self.envelope,
            seen: Vec::with_capacity(20),
            declared: Declared::All,
            value: Value::InPlace,
        };
        let failure = self.failure;
        C::deserialize_claims(&mut members)
            .and_then(|claims| members.finish().map(|()| claims))
            .map_err(|error| {
                let error = members.located(error);
                let message = <A::Error as de::Error>::custom(&error);
                *failure = Some(error);
                message
            })
    }
}

/// The members that the application's type is offered.
enum Declared {
    All,
    Fields(&'static [&'static str]),
}

/// Where the value of the current member is to be taken from.
enum Value<'de> {
    /// Still unread in the JSON.
    InPlace,
    /// Read into the envelope already; kept for a type that declares the claim too.
    Kept(&'de RawValue),
    Subject,
}

struct Members<'a, 'de, A> {
    inner: A,
    envelope: &'a mut Envelope<'de>,
    seen: Vec<Cow<'de, str>>,
    declared: Declared,
    value: Value<'de>,
}

impl<'de, A: MapAccess<'de>> Members<'_, 'de, A> {
    /// Reads what the application's type left unread.
    fn finish(&mut self) -> Result<(), PayloadError> {
        self.declared = Declared::Fields(&[]);
        while self.next_key::<IgnoredAny>()?.is_some() {
            self.inner.next_value::<IgnoredAny>().map_err(malformed)?;
        }
        Ok(())
    }

    /// The name of the next member that the application's type is offered; what comes before it goes
    /// into the envelope.
    fn next_offered(&mut self) -> Result<Option<&str>, PayloadError> {
        loop {
            let Some(Text(name)) = self.inner.next_key().map_err(malformed)? else {
                return Ok(None);
            };
            if self.seen.contains(&name) {
                return Err(PayloadError::Malformed);
            }
            if name == CONFIRMATION {
                return Err(PayloadError::Registered(CONFIRMATION));
            }
            let registered = RegisteredName::of(&name);
            let declared = self.is_declared(&name);
            self.seen.push(name);
            match registered {
                Some(name) => self.register(name)?,
                None => self.value = Value::InPlace,
            }
            if registered.is_none() || declared {
                return Ok(self.seen.last().map(|name| &**name));
            }
        }
    }

    /// The type's own error knows a missing field's name; for a wrong value it is the last name.
    fn located(&self, error: PayloadError) -> PayloadError {
        match error {
            PayloadError::Application(None) => PayloadError::Application(
                self.seen.last().map(|name| Cow::Owned(name.clone().into_owned())),
            ),
            other => other,
        }
    }

    fn is_declared(&self, name: &str) -> bool {
        match self.declared {
            Declared::All => true,
            Declared::Fields(fields) => fields.contains(&name),
        }
    }

    /// Reads the value of a registered claim into its place.
    fn register(&mut self, name: RegisteredName) -> Result<(), PayloadError> {
        if name != RegisteredName::Sub && self.is_declared(name.as_str()) {
            let raw: &'de RawValue = self.inner.next_value().map_err(malformed)?;
            let mut deserializer = serde_json::Deserializer::from_str(raw.get());
            self.envelope
                .set(name, &mut deserializer)
                .map_err(|_| PayloadError::Registered(name.as_str()))?;
            self.value = Value::Kept(raw);
            return Ok(());
        }
        self.value = Value::Subject;
        self.inner
            .next_value_seed(SetRegistered { envelope: self.envelope, name })
            .map_err(|_| PayloadError::Registered(name.as_str()))
    }
}

struct SetRegistered<'a, 'de> {
    envelope: &'a mut Envelope<'de>,
    name: RegisteredName,
}

impl<'de> DeserializeSeed<'de> for SetRegistered<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.envelope.set(self.name, deserializer)
    }
}

fn malformed<E>(_: E) -> PayloadError {
    PayloadError::Malformed
}

/// A value of another type than the application's field has; bad JSON looks the same from here.
fn in_value<E>(_: E) -> PayloadError {
    PayloadError::Application(None)
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, 'de, A> {
    type Error = PayloadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, PayloadError> {
        match self.next_offered()? {
            Some(name) => seed.deserialize(StrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, PayloadError> {
        match std::mem::replace(&mut self.value, Value::InPlace) {
            Value::InPlace => self.inner.next_value_seed(seed).map_err(in_value),
            Value::Kept(raw) => seed
                .deserialize(&mut serde_json::Deserializer::from_str(raw.get()))
                .map_err(in_value),
            Value::Subject => match &self.envelope.sub {
                Some(subject) => seed.deserialize(SubjectReader::new(subject)),
                None => Err(PayloadError::Registered("sub")),
            },
        }
    }
}

/// The object as the application's type sees it.
impl<'de, A: MapAccess<'de>> Deserializer<'de> for &mut Members<'_, 'de, A> {
    type Error = PayloadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PayloadError> {
        self.declared = Declared::All;
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, PayloadError> {
        self.declared = Declared::Fields(fields);
        visitor.visit_map(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, PayloadError> {
        self.declared = Declared::Fields(&[]);
        visitor.visit_map(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, PayloadError> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map enum identifier
    }
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the payload is not a JSON object"),
            Self::Registered(name) => write!(f, "claim `{name}` has the wrong type"),
            Self::Application(Some(name)) => write!(f, "claim `{name}` is missing or wrong"),
            Self::Application(None) => f.write_str("a claim is missing or wrong"),
        }
    }
}

impl std::error::Error for PayloadError {}

impl de::Error for PayloadError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Application(None)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Application(Some(Cow::Borrowed(field)))
    }
}
