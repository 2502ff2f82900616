//! The attribute and derive macros of `jwt-runtime`, which re-exports them: depend on that crate.
//!
//! An attribute leaves its handler where it is and puts a guard in front of the other parameters;
//! what the guard decides is the runtime's code. Each macro reads its input (`args`, `handler`),
//! checks it (`validate`), and writes from a model in which nothing is unset (`expand`). All
//! mistakes of an item are reported at once.

mod arguments;
#[cfg(test)]
mod cases;
mod claims;
mod derive;
mod diagnostics;
mod guard;
mod runtime_path;
mod scope;
#[cfg(test)]
mod snapshots;

use proc_macro::TokenStream;

use crate::guard::Attr;

#[doc = include_str!("docs/jwt_required.md")]
#[doc = include_str!("docs/blocks.md")]
#[proc_macro_attribute]
pub fn jwt_required(arguments: TokenStream, item: TokenStream) -> TokenStream {
    guard::expand(Attr::Access, arguments.into(), item.into()).into()
}

#[doc = include_str!("docs/fresh_jwt_required.md")]
#[proc_macro_attribute]
pub fn fresh_jwt_required(arguments: TokenStream, item: TokenStream) -> TokenStream {
    guard::expand(Attr::Fresh, arguments.into(), item.into()).into()
}

#[doc = include_str!("docs/refresh_required.md")]
#[proc_macro_attribute]
pub fn refresh_required(arguments: TokenStream, item: TokenStream) -> TokenStream {
    guard::expand(Attr::Refresh, arguments.into(), item.into()).into()
}

#[doc = include_str!("docs/public.md")]
#[proc_macro_attribute]
pub fn public(arguments: TokenStream, item: TokenStream) -> TokenStream {
    guard::public_outside(arguments.into(), item.into()).into()
}

#[doc = include_str!("docs/claims.md")]
#[proc_macro_derive(Claims, attributes(claims, claim, serde))]
pub fn derive_claims(input: TokenStream) -> TokenStream {
    claims::expand(input.into()).into()
}

#[doc = include_str!("docs/scope.md")]
#[proc_macro_derive(Scope, attributes(scope))]
pub fn derive_scope(input: TokenStream) -> TokenStream {
    scope::expand(input.into()).into()
}
