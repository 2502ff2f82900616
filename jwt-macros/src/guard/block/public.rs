//! `#[public]`: a handler that the guard of its block leaves alone.

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Meta};

use crate::diagnostics::{Errors, error};

/// The attribute where no block has taken it: it opens nothing, and so it is a mistake.
pub(crate) fn outside(item: TokenStream) -> TokenStream {
    let mistake = Error::custom(
        "`#[public]` opts a handler out of the guard on the `impl` block or `mod` around it, and there is none; remove it",
    )
    .write_errors();
    quote!(#mistake #item)
}

pub(super) fn is_public(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|name| name.ident == "public")
}

/// Takes every `#[public]` out of `attrs`, and returns the first.
pub(super) fn take(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Option<Attribute> {
    let mut found = attrs.extract_if(.., |attr| is_public(attr));
    let first = found.next()?;
    if !matches!(first.meta, Meta::Path(_)) {
        errors.push(error(first.path(), "`#[public]` takes no arguments; write `#[public]`"));
    }
    for second in found {
        errors.push(error(second.path(), "`#[public]` is given twice; remove one of them"));
    }
    Some(first)
}

/// The attribute on what would have no guard without it either.
pub(super) fn needless(public: &Attribute) -> Error {
    error(public.path(), "only an `async fn` is guarded here; remove `#[public]`")
}
