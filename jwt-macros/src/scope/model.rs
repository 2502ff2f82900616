//! A scope type as it will be emitted: every variant has its scope.

use syn::{Generics, Ident, LitStr};

use crate::runtime_path::Runtime;

/// An enum with `#[derive(Scope)]`.
#[derive(Debug)]
pub(super) struct ScopeType {
    pub(super) runtime: Runtime,
    pub(super) ident: Ident,
    /// None, unless there was a mistake.
    pub(super) generics: Generics,
    pub(super) scopes: Vec<Scope>,
}

/// One variant.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) ident: Ident,
    pub(super) token: LitStr,
}
