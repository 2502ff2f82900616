//! `#[public]`: a handler that the guard of its block leaves alone.

use darling::Error;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, ItemEnum, Meta, Path};

use crate::diagnostics::{Errors, error};
use crate::runtime_path::Runtime;

/// What a block hands to the attribute that it took for this one; nobody else writes it.
const ASKED_BY_A_BLOCK: &str = "__jwt_is_this_ours";

/// The attribute where no block has taken it: it opens nothing, and so it is a mistake.
pub(crate) fn outside(arguments: TokenStream, item: TokenStream) -> TokenStream {
    if let Some(answer) = answer(arguments, &item) {
        return answer;
    }
    let mistake = Error::custom(
        "`#[public]` opts a handler out of the guard on the `impl` block or `mod` around it, and there is none; remove it",
    )
    .write_errors();
    quote!(#mistake #item)
}

/// Holds only if the attribute at `path` is the one of this library: another one of that name may
/// be about anything, and says nothing of the runtime's trait.
pub(super) fn assert_ours(runtime: &Runtime, path: &Path) -> TokenStream {
    let span = path.span();
    let ask = Ident::new(ASKED_BY_A_BLOCK, span);
    let (assert, opens) = (runtime.assert_opens().at(span), runtime.opens());
    quote_spanned! {span=>
        const _: () = {
            #[#path(#ask #opens)]
            enum Asked {}
            #assert::<Asked>()
        };
    }
}

/// That it is.
fn answer(arguments: TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let mut arguments = arguments.into_iter();
    let is_asked =
        matches!(arguments.next(), Some(TokenTree::Ident(ask)) if ask == ASKED_BY_A_BLOCK);
    let asked = syn::parse2::<ItemEnum>(item.clone()).ok().filter(|_| is_asked)?.ident;
    let opens: TokenStream = arguments.collect();
    Some(quote!(#item impl #opens for #asked {}))
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
