//! Writing the payload of a token: the registered claims, then the application's, minus the names
//! that are not its own.

use std::fmt;

use serde::ser::{self, Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};

use serde_json::{Map, Value};

use super::registered::RegisteredName;
use super::subject::SubjectWriter;
use super::{Claims, Envelope, RESERVED_CLAIMS};
use crate::error::IssueError;

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
/// `additional`, if there is such a hook, gives claims for this subject which the application's do not
/// replace but complete.
/// `envelope.sub` is not looked at: the subject is whatever `claims` writes as `sub`.
pub(crate) fn write<C: Claims>(
    envelope: &Envelope<'_>,
    claims: &C,
    on_reserved: OnReserved,
    additional: Option<impl FnOnce(&str) -> Map<String, Value>>,
) -> Result<(Vec<u8>, String), IssueError> {
    let mut payload = Vec::with_capacity(512);
    let mut serializer = serde_json::Serializer::new(&mut payload);
    let (mut subject, mut written) = (None, additional.is_some().then(Vec::new));
    let mut members = serializer.serialize_map(None).map_err(IssueError::claims)?;
    write_registered(envelope, &mut members).map_err(IssueError::claims)?;
    claims.serialize_claims(WriteObject {
        members: &mut members,
        subject: &mut subject,
        written: &mut written,
        on_reserved,
    })?;
    let subject =
        subject.filter(|subject| !subject.is_empty()).ok_or(IssueError::SubjectMissing)?;
    let written = written.unwrap_or_default();
    for (name, value) in additional.map(|additional| additional(&subject)).unwrap_or_default() {
        if name == RegisteredName::Sub.as_str() || RESERVED_CLAIMS.contains(&name.as_str()) {
            return Err(IssueError::ReservedClaim(name));
        }
        if !written.contains(&name) {
            members.serialize_entry(&name, &value).map_err(IssueError::claims)?;
        }
    }
    SerializeMap::end(members).map_err(IssueError::claims)?;
    Ok((payload, subject))
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
    entry(members, RegisteredName::AuthTime, envelope.auth_time.as_ref())?;
    entry(members, RegisteredName::Csrf, envelope.csrf.as_ref())?;
    entry(members, RegisteredName::SessionCookie, envelope.session_cookie.as_ref())
}

/// Takes the application's struct or map and adds its members to the object being written.
struct WriteObject<'a, M> {
    members: &'a mut M,
    subject: &'a mut Option<String>,
    /// The names of the application's claims, where somebody asks.
    written: &'a mut Option<Vec<String>>,
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
        if let Some(written) = self.written {
            written.push(name.to_owned());
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
