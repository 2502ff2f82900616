//! What every derive does: read an item and check it, then write its impls, or its mistakes.

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::diagnostics::Errors;

/// A derive macro: what it makes of an item, and what it writes from that.
pub(crate) struct Derive<T> {
    /// Resolves what was written; only good for a fallback unless there are no errors.
    pub(crate) validate: fn(DeriveInput, &mut Errors) -> T,
    /// Writes the impls.
    pub(crate) expand: fn(&T) -> TokenStream,
    /// Writes what keeps a mistake from being followed by others.
    pub(crate) fallback: fn(&T) -> TokenStream,
}

impl<T> Derive<T> {
    /// Expands the derive on `input`. After a mistake the result holds a `compile_error!` for each.
    pub(crate) fn on(self, input: TokenStream) -> TokenStream {
        let input = match syn::parse2::<DeriveInput>(input) {
            Ok(input) => input,
            Err(mistake) => return mistake.into_compile_error(),
        };
        let mut errors = Error::accumulator();
        let item = (self.validate)(input, &mut errors);
        match errors.finish() {
            Ok(()) => (self.expand)(&item),
            Err(mistakes) => {
                let mistakes = mistakes.write_errors();
                let fallback = (self.fallback)(&item);
                quote!(#mistakes #fallback)
            }
        }
    }
}
