//! A claims type as it will be emitted: every field knows its name on the wire.

use syn::{Attribute, Generics, Ident, LitStr, Type};

use super::registered::Shape;
use super::rules::Rule;
use crate::runtime_path::Runtime;

/// A struct with `#[derive(Claims)]`.
#[derive(Debug)]
pub(super) struct ClaimsType {
    pub(super) runtime: Runtime,
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// `#[serde(…)]` of the struct.
    pub(super) serde: Vec<Attribute>,
    pub(super) expected: Expected,
    /// The router's state, where the type names one.
    pub(super) state: Option<Type>,
    pub(super) fields: Vec<Claim>,
    pub(super) scopes: Option<Marked>,
    /// Whether `orders:*` among the scopes stands for `orders:read`.
    pub(super) wildcard: bool,
    pub(super) roles: Option<Marked>,
}

/// What the type asks of every token.
#[derive(Debug, Default)]
pub(super) struct Expected {
    pub(super) issuer: Option<LitStr>,
    pub(super) audience: Vec<LitStr>,
    /// In seconds.
    pub(super) leeway: Option<u64>,
}

/// One field.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    /// `#[serde(…)]` of the field.
    pub(super) serde: Vec<Attribute>,
    pub(super) wire: Wire,
    /// On the wire, where it is read.
    pub(super) name: String,
    pub(super) rules: Vec<Rule>,
}

/// What becomes of a field on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    /// What serde makes of it; `checked` where the field's type has to do that by itself.
    Own { checked: bool },
    /// Written and read as `sub`; `renamed` if serde is told so already.
    Subject { renamed: bool },
    /// Read only: the library writes it. `None` where the field converts it by itself.
    Registered { checked: Option<Shape>, skipped: bool },
}

/// The field behind `HasScopes` or `HasRoles`.
#[derive(Clone, Debug)]
pub(super) struct Marked {
    pub(super) ident: Ident,
    pub(super) ty: Type,
}
