//! What a guard asks, for the description of an operation that stands below it.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Meta, MetaList};

use super::policy::scope_name;
use crate::guard::handler::Handler;
use crate::guard::model::{Asks, Attr, Condition, Guard, Quantifier};

/// Adds `security(…)` to the `#[utoipa::path(…)]` of a handler, unless it is there.
///
/// One that stands above the guard has been expanded before.
pub(super) fn describe(guard: &Guard, handler: &mut Handler) {
    for attr in handler.attrs.iter_mut().filter(|attr| is_utoipa_path(attr)) {
        if let Meta::List(list) = &mut attr.meta
            && !says_security(&list.tokens)
        {
            let security = security(guard);
            let MetaList { tokens, .. } = list;
            let ends_listed =
                tokens.clone().into_iter().last().is_none_or(
                    |last| matches!(last, TokenTree::Punct(sign) if sign.as_char() == ','),
                );
            *tokens = match ends_listed {
                true => quote!(#tokens #security),
                false => quote!(#tokens, #security),
            };
        }
    }
}

/// Whether `security(…)` is among the arguments, and not a word inside of one.
fn says_security(arguments: &TokenStream) -> bool {
    let words: Vec<TokenTree> = arguments.clone().into_iter().collect();
    words.windows(2).any(|pair| match pair {
        [TokenTree::Ident(name), TokenTree::Group(_)] => name == "security",
        _ => false,
    })
}

fn is_utoipa_path(attr: &Attribute) -> bool {
    let segments: Vec<String> =
        attr.path().segments.iter().map(|segment| segment.ident.to_string()).collect();
    segments == ["utoipa", "path"]
}

/// The schemes by the names that the runtime gives them; each entry is an alternative.
fn security(guard: &Guard) -> TokenStream {
    let any_type = matches!(&guard.asks, Asks::Policy(policy) if policy.any_type);
    let schemes: &[&str] = match guard.attr {
        _ if any_type => &["jwt", "jwt_refresh"],
        Attr::Access | Attr::Fresh => &["jwt"],
        Attr::Refresh => &["jwt_refresh"],
    };
    let alternatives = alternatives(guard);
    let entries = schemes.iter().flat_map(|scheme| {
        alternatives.iter().map(move |scopes| quote!((#scheme = [#(#scopes),*])))
    });
    let anybody = guard.optional.then(|| quote!((),));
    quote!(security(#anybody #(#entries),*))
}

/// The scopes that are needed together, once for each that is enough of an `any_scope`.
fn alternatives(guard: &Guard) -> Vec<Vec<TokenStream>> {
    let Asks::Policy(policy) = &guard.asks else { return vec![Vec::new()] };
    let mut alternatives = vec![Vec::new()];
    for condition in &policy.conditions {
        let Condition::Scopes { quantifier, scopes, .. } = condition else { continue };
        let names = scopes.iter().map(|scope| scope_name(&guard.runtime, scope));
        match quantifier {
            Quantifier::All => {
                let names: Vec<_> = names.collect();
                for alternative in &mut alternatives {
                    alternative.extend(names.iter().cloned());
                }
            }
            Quantifier::Any => {
                let held = alternatives;
                alternatives = names
                    .flat_map(|name| {
                        let with = |scopes: &Vec<_>| [scopes.clone(), vec![name.clone()]].concat();
                        held.iter().map(with).collect::<Vec<_>>()
                    })
                    .collect();
            }
        }
    }
    alternatives
}
