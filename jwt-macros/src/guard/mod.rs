//! `#[jwt_required]`, `#[fresh_jwt_required]`, `#[refresh_required]`: one pipeline, three names.
//!
//! `args` and `handler` read, `validate` makes a `model` of what was read, `expand` writes it.

mod arg_values;
mod args;
mod expand;
mod handler;
mod model;
mod validate;

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;

use self::args::Args;
use self::handler::Handler;
pub(crate) use self::model::Attr;

/// Expands an attribute on `item`. After a mistake the result holds a `compile_error!` for each.
pub(crate) fn expand(attr: Attr, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Error::accumulator();
    let args = Args::parse(attr, arguments, &mut errors);
    let runtime = args.runtime.clone();

    let handler = match syn::parse2::<Handler>(item.clone()) {
        Ok(handler) => handler,
        Err(mistake) => {
            let mistakes = errors.into_inner().into_iter().map(Error::write_errors);
            let mistake = mistake.into_compile_error();
            return quote!(#(#mistakes)* #mistake #item);
        }
    };

    let guard = validate::validate(attr, args, &handler, &mut errors);
    match errors.finish() {
        Ok(()) => expand::expand(&guard, handler),
        Err(mistakes) => {
            let mistakes = mistakes.write_errors();
            let handler = expand::fallback(attr, &runtime, handler);
            quote!(#mistakes #handler)
        }
    }
}
