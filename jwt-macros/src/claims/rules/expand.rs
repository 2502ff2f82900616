//! Rules as tokens: one line for each, that calls the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::{Ask, Rule};
use crate::claims::model::Claim;
use crate::claims::types::inner_of_option;
use crate::runtime_path::Runtime;

/// The method that asks every rule of a claims type; none where there are no rules.
pub(in crate::claims) fn check_rules(runtime: &Runtime, fields: &[Claim]) -> Option<TokenStream> {
    let refused = runtime.refused_claim();
    let asked: Vec<_> = fields
        .iter()
        .flat_map(|field| field.rules.iter().map(move |rule| (field, rule)))
        .map(|(field, rule)| {
            let (holds, name) = (holds(runtime, field, rule), &field.name);
            quote!(#refused::unless(#holds, #name)?;)
        })
        .collect();
    (!asked.is_empty()).then(|| {
        // The same hygiene as each `self` in the rules.
        quote_spanned! {Span::mixed_site()=>
            fn check_rules(&self) -> ::core::result::Result<(), #refused> {
                #(#asked)*
                ::core::result::Result::Ok(())
            }
        }
    })
}

fn holds(runtime: &Runtime, Claim { ident, ty, .. }: &Claim, rule: &Rule) -> TokenStream {
    // rustc complains about an argument that does not fit: where the type stands.
    let span = Span::mixed_site().located_at(ty.span());
    let field = located(ident, span);
    let claim = quote_spanned!(span=> &self.#field);
    match &rule.ask {
        Ask::NonEmpty => {
            let non_empty = runtime.rule_non_empty();
            quote!(#non_empty(#claim))
        }
        Ask::Length(range) => {
            let (length, range) = (runtime.rule_length(), &range.expr);
            quote!(#length(#claim, #range))
        }
        Ask::Range(numbers) => {
            let (range, numbers) = (runtime.rule_range(), &numbers.expr);
            quote!(#range(#claim, #numbers))
        }
        Ask::OneOf(values) => {
            let one_of = runtime.rule_one_of();
            let values = values.iter().map(|value| value.expr());
            quote!(#one_of(#claim, &[#(#values),*]))
        }
        Ask::Validate(path) => {
            let span = Span::mixed_site().located_at(path.span());
            let validate = runtime.rule_validate().at(span);
            let field = located(ident, span);
            match inner_of_option(ty) {
                // The function is called, not passed on, so that `&String` becomes `&str` for it.
                Some(_) => quote_spanned! {span=>
                    ::core::option::Option::is_none_or(
                        ::core::option::Option::as_ref(&self.#field),
                        |claim| #validate(#path(claim)),
                    )
                },
                None => quote_spanned!(span=> #validate(#path(&self.#field))),
            }
        }
    }
}

/// The same name, reported at `span`.
fn located(ident: &Ident, span: Span) -> Ident {
    let mut located = ident.clone();
    located.set_span(ident.span().located_at(span));
    located
}
