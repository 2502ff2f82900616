//! One attribute for every handler of an `impl` block or of an inline `mod`.
//!
//! `parse` reads the block without its function bodies, `tighten` puts the block's arguments and
//! those of a handler together, `expand` sends each handler through the pipeline of a single one.
//! Its members are guarded here and now, and not by attributes of their own: within the block,
//! their names may be out of scope.

mod expand;
mod parse;
mod public;
mod tighten;

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Token, Visibility};

use self::parse::Block;
use self::tighten::Demand;
use super::model::Attr;
pub(crate) use public::outside as public_outside;

/// Whether `item` is an `impl` block or a `mod`, as far as its first words tell.
pub(super) fn is_block(item: &TokenStream) -> bool {
    let first_words = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        let _: Visibility = input.parse()?;
        let is_block = starts_block(input);
        let _: TokenStream = input.parse()?;
        Ok(is_block)
    };
    first_words.parse2(item.clone()).unwrap_or(false)
}

fn starts_block(input: ParseStream<'_>) -> bool {
    let is_start = |input: ParseStream<'_>| input.peek(Token![impl]) || input.peek(Token![mod]);
    is_start(input)
        || input.peek(Token![unsafe]) && (input.peek2(Token![impl]) || input.peek2(Token![mod]))
}

/// Expands an attribute on a block. After a mistake the result holds a `compile_error!` for each.
pub(super) fn expand(attr: Attr, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Error::accumulator();
    let demand = Demand::read(attr, arguments, &mut errors);
    let (mistakes, block) = match syn::parse2::<Block>(item.clone()) {
        Ok(block) => expand::expand(demand, block, errors),
        Err(mistake) => {
            errors.push(mistake.into());
            (errors.into_inner(), item)
        }
    };
    let mistakes = mistakes.into_iter().map(Error::write_errors);
    quote!(#(#mistakes)* #block)
}
