//! An enum and its attributes make a scope type, or a list of mistakes.

use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, Variant};

use super::args;
use super::model::{Scope, ScopeType};
use crate::diagnostics::{Errors, error};

/// Resolves what was written; only good for a fallback unless `errors` stays empty.
pub(super) fn validate(input: DeriveInput, errors: &mut Errors) -> ScopeType {
    let runtime = args::container(&input.attrs, errors);
    if !input.generics.params.is_empty() {
        let message = "scopes are known when the program is compiled; remove the parameters";
        errors.push(error(&input.generics.params, message));
    }
    let mut scopes: Vec<Scope> = Vec::new();
    for variant in variants(&input.ident, input.data, errors) {
        check_unit(&variant, errors);
        let Some(token) = args::variant(&variant, errors) else { continue };
        if let Some(first) = scopes.iter().find(|earlier| earlier.token == token) {
            let message = format!(
                "`{}` is the scope `{}` already; give each variant its own",
                first.ident,
                token.value()
            );
            errors.push(error(&token, message));
        }
        scopes.push(Scope { ident: variant.ident, token });
    }
    ScopeType { runtime, ident: input.ident, generics: input.generics, scopes }
}

fn variants(
    ident: &Ident,
    data: Data,
    errors: &mut Errors,
) -> impl Iterator<Item = Variant> + use<> {
    let message = "scopes are the variants of an enum; write `enum … { #[scope(\"orders:read\")] OrdersRead }`";
    let variants = match data {
        Data::Enum(data) if data.variants.is_empty() => {
            errors.push(error(
                ident,
                "an enum without variants has no scopes; write `#[scope(\"orders:read\")] OrdersRead` in it",
            ));
            None
        }
        Data::Enum(data) => Some(data.variants),
        Data::Struct(data) => {
            errors.push(error(&data.struct_token, message));
            None
        }
        Data::Union(data) => {
            errors.push(error(&data.union_token, message));
            None
        }
    };
    variants.into_iter().flatten()
}

fn check_unit(variant: &Variant, errors: &mut Errors) {
    if !matches!(variant.fields, Fields::Unit) {
        let message = format!("a scope has no fields; write `{}` alone", variant.ident);
        errors.push(error(&variant.fields.span(), message));
    }
}
