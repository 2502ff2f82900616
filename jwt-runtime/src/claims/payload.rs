//! The payload of a token: read and written in one pass, registered and application claims
//! together.
//!
//! Reading walks the JSON object once. Every member goes to the [`Envelope`] if its name is
//! registered, and to the application's type if that type declares a field of the name; a member
//! that nobody declares is only checked to be JSON. Duplicate names are refused
//! (RFC 7519 §4, RFC 8725 §2.4): parsers disagree about them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};
use serde_json::value::RawValue;

use super::registered::{RegisteredName, Text};
use super::subject::{SubjectReader, SubjectWriter};
use super::{Claims, Envelope, RESERVED_CLAIMS};
use crate::error::IssueError;
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

impl<'de> Envelope<'de> {
    fn set<D: Deserializer<'de>>(
        &mut self,
        name: RegisteredName,
        deserializer: D,
    ) -> Result<(), D::Error> {
        fn read<'de, D: Deserializer<'de>, T: de::Deserialize<'de>>(
            deserializer: D,
        ) -> Result<Option<T>, D::Error> {
            T::deserialize(deserializer).map(Some)
        }
        fn text<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Cow<'de, str>>, D::Error> {
            <Text<'_> as de::Deserialize<'_>>::deserialize(deserializer).map(|text| Some(text.0))
        }
        match name {
            RegisteredName::Iss => self.iss = text(deserializer)?,
            RegisteredName::Sub => self.sub = text(deserializer)?,
            RegisteredName::Aud => self.aud = read(deserializer)?,
            RegisteredName::Exp => self.exp = read(deserializer)?,
            RegisteredName::Nbf => self.nbf = read(deserializer)?,
            RegisteredName::Iat => self.iat = read(deserializer)?,
            RegisteredName::Jti => self.jti = text(deserializer)?,
            RegisteredName::Type => self.token_type = read(deserializer)?,
            RegisteredName::Fresh => self.fresh = read(deserializer)?,
            RegisteredName::Sid => self.sid = text(deserializer)?,
            RegisteredName::AuthTime => self.auth_time = read(deserializer)?,
        }
        Ok(())
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
        loop {
            let Some(Text(name)) = self.inner.next_key().map_err(malformed)? else {
                return Ok(None);
            };
            if self.seen.contains(&name) {
                return Err(PayloadError::Malformed);
            }
            let registered = RegisteredName::of(&name);
            let declared = self.is_declared(&name);
            self.seen.push(name);
            match registered {
                Some(name) => self.register(name)?,
                None => self.value = Value::InPlace,
            }
            if registered.is_none() || declared {
                let name: &str = self.seen.last().map_or("", |name| name);
                return seed.deserialize(StrDeserializer::new(name)).map(Some);
            }
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

/// What to do with a reserved name in the application's claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnReserved {
    /// Refuse it: the application tried to write a claim that is not its own.
    Refuse,
    /// Leave it out: the claims come from a token that is being replaced.
    Drop,
}

/// Writes a payload and reads the subject off the application's claims.
///
/// `envelope.sub` is not looked at: the subject is whatever `claims` writes as `sub`.
pub(crate) fn write<C: Claims>(
    envelope: &Envelope<'_>,
    claims: &C,
    on_reserved: OnReserved,
) -> Result<(Vec<u8>, String), IssueError> {
    let mut payload = Vec::with_capacity(512);
    let mut serializer = serde_json::Serializer::new(&mut payload);
    let mut subject = None;
    let mut members = serializer.serialize_map(None).map_err(IssueError::claims)?;
    write_registered(envelope, &mut members).map_err(IssueError::claims)?;
    claims.serialize_claims(WriteObject {
        members: &mut members,
        subject: &mut subject,
        on_reserved,
    })?;
    SerializeMap::end(members).map_err(IssueError::claims)?;
    match subject {
        Some(subject) if !subject.is_empty() => Ok((payload, subject)),
        _ => Err(IssueError::SubjectMissing),
    }
}

fn write_registered<M: SerializeMap>(
    envelope: &Envelope<'_>,
    members: &mut M,
) -> Result<(), M::Error> {
    fn entry<M: SerializeMap, T: Serialize>(
        members: &mut M,
        name: RegisteredName,
        value: Option<&T>,
    ) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| members.serialize_entry(name.as_str(), value))
    }
    entry(members, RegisteredName::Iss, envelope.iss.as_ref())?;
    entry(members, RegisteredName::Aud, envelope.aud.as_ref())?;
    entry(members, RegisteredName::Exp, envelope.exp.as_ref())?;
    entry(members, RegisteredName::Nbf, envelope.nbf.as_ref())?;
    entry(members, RegisteredName::Iat, envelope.iat.as_ref())?;
    entry(members, RegisteredName::Jti, envelope.jti.as_ref())?;
    entry(members, RegisteredName::Type, envelope.token_type.as_ref())?;
    entry(members, RegisteredName::Fresh, envelope.fresh.as_ref())?;
    entry(members, RegisteredName::Sid, envelope.sid.as_ref())?;
    entry(members, RegisteredName::AuthTime, envelope.auth_time.as_ref())
}

/// Takes the application's struct or map and adds its members to the object being written.
struct WriteObject<'a, M> {
    members: &'a mut M,
    subject: &'a mut Option<String>,
    on_reserved: OnReserved,
}

/// The same, after the struct or map has been opened.
struct WriteMembers<'a, M> {
    object: WriteObject<'a, M>,
    name: String,
}

impl<M: SerializeMap> WriteObject<'_, M> {
    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), IssueError> {
        if name == RegisteredName::Sub.as_str() {
            let subject = value.serialize(SubjectWriter).map_err(|_| IssueError::SubjectInvalid)?;
            if self.subject.is_some() {
                return Err(IssueError::SubjectInvalid);
            }
            self.members.serialize_entry(name, &subject).map_err(IssueError::claims)?;
            *self.subject = Some(subject);
            return Ok(());
        }
        if RESERVED_CLAIMS.contains(&name) {
            return match self.on_reserved {
                OnReserved::Drop => Ok(()),
                OnReserved::Refuse => Err(IssueError::ReservedClaim(name.to_owned())),
            };
        }
        self.members.serialize_entry(name, value).map_err(IssueError::claims)
    }
}

impl<M: SerializeMap> SerializeStruct for WriteMembers<'_, M> {
    type Ok = ();
    type Error = IssueError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), IssueError> {
        self.object.member(name, value)
    }

    fn end(self) -> Result<(), IssueError> {
        Ok(())
    }
}

impl<M: SerializeMap> SerializeMap for WriteMembers<'_, M> {
    type Ok = ();
    type Error = IssueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), IssueError> {
        self.name = name.serialize(SubjectWriter).map_err(|_| IssueError::NotAnObject)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), IssueError> {
        let name = std::mem::take(&mut self.name);
        self.object.member(&name, value)
    }

    fn end(self) -> Result<(), IssueError> {
        Ok(())
    }
}

impl ser::Error for IssueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::claims(message)
    }
}

macro_rules! not_an_object {
    ($($method:ident($($argument:ident: $ty:ty),*) -> $ok:ty;)*) => {$(
        fn $method(self, $($argument: $ty),*) -> Result<$ok, IssueError> {
            $(let _ = $argument;)*
            Err(IssueError::NotAnObject)
        }
    )*};
}

impl<'a, M: SerializeMap> Serializer for WriteObject<'a, M> {
    type Ok = ();
    type Error = IssueError;
    type SerializeSeq = Impossible<(), IssueError>;
    type SerializeTuple = Impossible<(), IssueError>;
    type SerializeTupleStruct = Impossible<(), IssueError>;
    type SerializeTupleVariant = Impossible<(), IssueError>;
    type SerializeMap = WriteMembers<'a, M>;
    type SerializeStruct = WriteMembers<'a, M>;
    type SerializeStructVariant = Impossible<(), IssueError>;

    fn serialize_map(self, _len: Option<usize>) -> Result<WriteMembers<'a, M>, IssueError> {
        Ok(WriteMembers { object: self, name: String::new() })
    }

    fn serialize_struct(
        self,
        _name: &'static str,
        _len: usize,
    ) -> Result<WriteMembers<'a, M>, IssueError> {
        Ok(WriteMembers { object: self, name: String::new() })
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), IssueError> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), IssueError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), IssueError> {
        Err(IssueError::NotAnObject)
    }

    not_an_object! {
        serialize_bool(value: bool) -> ();
        serialize_i8(value: i8) -> ();
        serialize_i16(value: i16) -> ();
        serialize_i32(value: i32) -> ();
        serialize_i64(value: i64) -> ();
        serialize_u8(value: u8) -> ();
        serialize_u16(value: u16) -> ();
        serialize_u32(value: u32) -> ();
        serialize_u64(value: u64) -> ();
        serialize_f32(value: f32) -> ();
        serialize_f64(value: f64) -> ();
        serialize_char(value: char) -> ();
        serialize_str(value: &str) -> ();
        serialize_bytes(value: &[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(name: &'static str) -> ();
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str) -> ();
        serialize_seq(len: Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(len: usize) -> Self::SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> Self::SerializeTupleVariant;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> Self::SerializeStructVariant;
    }
}
