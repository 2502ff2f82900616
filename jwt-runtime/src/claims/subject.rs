//! `sub` between the wire, where it is a string, and the application, where it may be an id type.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, Deserializer, Visitor};
use serde::ser::{self, Impossible, Serializer};

/// Reads an application's subject type from the string: strings, newtypes, `Uuid`, enums, integers.
pub(super) struct SubjectReader<'a, 'de, E> {
    subject: &'a Cow<'de, str>,
    error: std::marker::PhantomData<E>,
}

impl<'a, 'de, E> SubjectReader<'a, 'de, E> {
    pub(super) fn new(subject: &'a Cow<'de, str>) -> Self {
        Self { subject, error: std::marker::PhantomData }
    }
}

/// An integer is read from its canonical decimal form only, so that one subject has one spelling.
macro_rules! canonical_integers {
    ($($method:ident $visit:ident $int:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            match self.subject.parse::<$int>() {
                Ok(id) if id.to_string() == **self.subject => visitor.$visit(id),
                _ => Err(E::invalid_value(de::Unexpected::Str(self.subject), &visitor)),
            }
        }
    )*};
}

impl<'de, E: de::Error> Deserializer<'de> for SubjectReader<'_, 'de, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.subject {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_str(text),
        }
    }

    canonical_integers! {
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_u128 visit_u128 u128,
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.subject {
            Cow::Borrowed(text) => {
                BorrowedStrDeserializer::new(text).deserialize_enum(name, variants, visitor)
            }
            Cow::Owned(text) => {
                StrDeserializer::new(text).deserialize_enum(name, variants, visitor)
            }
        }
    }

    serde::forward_to_deserialize_any! {
        bool f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

/// Writes an application's subject type as the string.
pub(super) struct SubjectWriter;

/// The subject is neither a string nor an integer.
#[derive(Debug, thiserror::Error)]
#[error("the subject has to be a string, an integer, or a type that serialises as one of them")]
pub(super) struct SubjectError;

impl ser::Error for SubjectError {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! decimal {
    ($($method:ident $int:ty),*) => {$(
        fn $method(self, id: $int) -> Result<String, SubjectError> {
            Ok(id.to_string())
        }
    )*};
}

macro_rules! not_a_subject {
    ($($method:ident($($argument:ident: $ty:ty),*) -> $ok:ty;)*) => {$(
        fn $method(self, $($argument: $ty),*) -> Result<$ok, SubjectError> {
            $(let _ = $argument;)*
            Err(SubjectError)
        }
    )*};
}

impl Serializer for SubjectWriter {
    type Ok = String;
    type Error = SubjectError;
    type SerializeSeq = Impossible<String, SubjectError>;
    type SerializeTuple = Impossible<String, SubjectError>;
    type SerializeTupleStruct = Impossible<String, SubjectError>;
    type SerializeTupleVariant = Impossible<String, SubjectError>;
    type SerializeMap = Impossible<String, SubjectError>;
    type SerializeStruct = Impossible<String, SubjectError>;
    type SerializeStructVariant = Impossible<String, SubjectError>;

    decimal! {
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64,
        serialize_u128 u128, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32,
        serialize_i64 i64, serialize_i128 i128
    }

    fn serialize_str(self, subject: &str) -> Result<String, SubjectError> {
        Ok(subject.to_owned())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<String, SubjectError> {
        Ok(variant.to_owned())
    }

    fn serialize_some<T: ser::Serialize + ?Sized>(
        self,
        subject: &T,
    ) -> Result<String, SubjectError> {
        subject.serialize(self)
    }

    fn serialize_newtype_struct<T: ser::Serialize + ?Sized>(
        self,
        _name: &'static str,
        subject: &T,
    ) -> Result<String, SubjectError> {
        subject.serialize(self)
    }

    fn serialize_newtype_variant<T: ser::Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<String, SubjectError> {
        Err(SubjectError)
    }

    not_a_subject! {
        serialize_bool(value: bool) -> String;
        serialize_f32(value: f32) -> String;
        serialize_f64(value: f64) -> String;
        serialize_char(value: char) -> String;
        serialize_bytes(value: &[u8]) -> String;
        serialize_none() -> String;
        serialize_unit() -> String;
        serialize_unit_struct(name: &'static str) -> String;
        serialize_seq(len: Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(len: usize) -> Self::SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> Self::SerializeTupleVariant;
        serialize_map(len: Option<usize>) -> Self::SerializeMap;
        serialize_struct(name: &'static str, len: usize) -> Self::SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize)
            -> Self::SerializeStructVariant;
    }
}
