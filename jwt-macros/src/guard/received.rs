//! What the type of a marked parameter is called: all that a macro can know about it.

use quote::ToTokens;
use syn::{GenericArgument, Ident, PathArguments, PathSegment, Type};

/// What a parameter asks for, judged by the name of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Received {
    AccessToken,
    RefreshToken,
    /// One of the runtime's extractors, which need no guard.
    Extractor,
    /// Claims, or a name that says nothing.
    Other,
}

impl Received {
    pub(super) fn of(name: &Ident) -> Self {
        match name.to_string().as_str() {
            "AccessToken" => Self::AccessToken,
            "RefreshToken" => Self::RefreshToken,
            "Jwt" | "FreshJwt" | "RefreshJwt" | "AnyJwt" => Self::Extractor,
            _ => Self::Other,
        }
    }
}

/// The name of a type without its path, if it is written as an `Option<…>`.
pub(super) fn option_name(ty: &Type) -> Option<&Ident> {
    last_segment(ty).map(|segment| &segment.ident).filter(|&name| name == "Option")
}

/// The name of a type without its path, or of what is in its `Option<…>`.
pub(super) fn received_name(ty: &Type) -> Option<&Ident> {
    let PathSegment { ident, arguments } = last_segment(ty)?;
    match arguments {
        PathArguments::AngleBracketed(arguments) if ident == "Option" => {
            match arguments.args.first() {
                Some(GenericArgument::Type(inner)) => received_name(inner),
                _ => None,
            }
        }
        _ => Some(ident),
    }
}

/// What a handler can own of a type that was written as a reference.
pub(super) fn owned(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => owned(&group.elem),
        Type::Paren(paren) => owned(&paren.elem),
        Type::Reference(reference) => owned(&reference.elem),
        ty => ty,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// A type as a user would write it.
pub(super) fn written(ty: &Type) -> String {
    let mut written = ty.to_token_stream().to_string();
    for (spaced, close) in [(" < ", "<"), (" >", ">"), (" :: ", "::"), (":: ", "::"), (" ,", ",")] {
        written = written.replace(spaced, close);
    }
    written
}
