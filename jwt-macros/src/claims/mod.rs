//! `#[derive(Claims)]`.
//!
//! `args` and `serde_attrs` read, `validate` makes a `model` of what was read, `expand` writes it.

mod args;
mod expand;
mod model;
mod registered;
mod serde_attrs;
mod validate;
mod wire;

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// Expands the derive on `input`. After a mistake the result holds a `compile_error!` for each.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(mistake) => return mistake.into_compile_error(),
    };
    let mut errors = Error::accumulator();
    let claims = validate::validate(input, &mut errors);
    match errors.finish() {
        Ok(()) => expand::expand(&claims),
        Err(mistakes) => {
            let mistakes = mistakes.write_errors();
            let fallback = expand::fallback(&claims);
            quote!(#mistakes #fallback)
        }
    }
}
