//! What can be told of a type by its name alone; behind an alias only rustc can tell.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Token, Type, TypePath};

/// A type that Rust comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Text,
    Collection,
    Bool,
    Char,
    Float,
    Integer { min: i128, max: i128 },
}

/// What `ty` is, if it goes by the name that everybody knows it by, and that name.
pub(super) fn known(ty: &Type) -> Option<(Known, String)> {
    let segment = std_segment(ty)?;
    let name = segment.ident.to_string();
    let is_text = || type_arguments(segment).any(|ty| ty.to_token_stream().to_string() == "str");
    let known = match name.as_str() {
        "String" => Known::Text,
        "Box" | "Arc" | "Rc" | "Cow" => match type_arguments(segment).next()? {
            _ if is_text() => Known::Text,
            Type::Slice(_) => Known::Collection,
            _ => return None,
        },
        "Vec" | "VecDeque" | "HashSet" | "BTreeSet" | "HashMap" | "BTreeMap" => Known::Collection,
        "bool" => Known::Bool,
        "char" => Known::Char,
        "f32" | "f64" => Known::Float,
        name => {
            let (min, max) = integer(name)?;
            Known::Integer { min, max }
        }
    };
    Some((known, name))
}

/// The smallest and the greatest value; of 128 bits as far as literals are read.
fn integer(name: &str) -> Option<(i128, i128)> {
    Some(match name {
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" | "usize" => (0, u64::MAX.into()),
        "u128" => (0, i128::MAX),
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => (i64::MIN.into(), i64::MAX.into()),
        "i128" => (i128::MIN, i128::MAX),
        _ => return None,
    })
}

/// Whether serde is known to write and read the type.
pub(super) fn is_plain(ty: &Type) -> bool {
    known(inner_of_option(ty).unwrap_or(ty)).is_some_and(|(known, name)| match known {
        Known::Text => name == "String",
        Known::Collection => false,
        Known::Bool | Known::Char | Known::Float | Known::Integer { .. } => true,
    })
}

/// `T` of an `Option<T>`.
pub(super) fn inner_of_option(ty: &Type) -> Option<&Type> {
    let segment = std_segment(ty)?;
    (segment.ident == "Option").then(|| type_arguments(segment).next()).flatten()
}

/// The `&` of a reference in a type, however deep.
pub(super) fn reference(ty: &Type) -> Option<&Token![&]> {
    match ty {
        Type::Reference(reference) => Some(&reference.and_token),
        Type::Array(array) => reference(&array.elem),
        Type::Slice(slice) => reference(&slice.elem),
        Type::Group(group) => reference(&group.elem),
        Type::Paren(paren) => reference(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(reference),
        Type::Path(path) => path.path.segments.iter().flat_map(type_arguments).find_map(reference),
        _ => None,
    }
}

/// The last part of a path into the standard library, or of one without a path.
fn std_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Group(group) => std_segment(&group.elem),
        Type::Paren(paren) => std_segment(&paren.elem),
        Type::Path(TypePath { qself: None, path, .. }) => {
            let first = path.segments.first()?;
            let is_std = path.segments.len() == 1
                || ["std", "core", "alloc"].iter().any(|name| first.ident == name);
            path.segments.last().filter(|_| is_std)
        }
        _ => None,
    }
}

fn type_arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
