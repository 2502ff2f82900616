//! What may be written in `#[scope(…)]`, on the enum and on a variant.

use darling::Error;
use proc_macro2::TokenStream;
use syn::{Attribute, LitStr, Meta, Variant};

use crate::arguments::{Arguments, scope_token};
use crate::diagnostics::{Errors, error};
use crate::runtime_path::{self, Runtime};

/// Reads `#[scope(crate = …)]` of the enum.
pub(super) fn container(attrs: &[Attribute], errors: &mut Errors) -> Runtime {
    let mut tokens = TokenStream::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("scope")) {
        match &attr.meta {
            Meta::List(list) if syn::parse2::<LitStr>(list.tokens.clone()).is_err() => {
                tokens = list.tokens.clone();
            }
            _ => errors.push(error(
                attr.path(),
                "a scope belongs to a variant; write `#[scope(\"orders:read\")]` on each of them",
            )),
        }
    }
    let known = [runtime_path::ARGUMENT];
    let mut list = Arguments::parse(tokens, "#[scope]", &known, |_| None, errors);
    list.take(runtime_path::ARGUMENT.name, errors).unwrap_or_default()
}

/// Reads `#[scope("orders:read")]` of a variant.
pub(super) fn variant(variant: &Variant, errors: &mut Errors) -> Option<LitStr> {
    let name = &variant.ident;
    let mut attrs = variant.attrs.iter().filter(|attr| attr.path().is_ident("scope"));
    let Some(attr) = attrs.next() else {
        let message =
            format!("`{name}` has no scope; write `#[scope(\"orders:read\")]` in front of it");
        errors.push(error(name, message));
        return None;
    };
    for surplus in attrs {
        let message = format!("`{name}` has its scope already; remove one `#[scope(…)]`");
        errors.push(error(surplus.path(), message));
    }
    let Ok(scope) = attr.parse_args::<LitStr>() else {
        errors.push(not_a_scope(attr));
        return None;
    };
    errors.handle(scope_token::check(&scope));
    Some(scope)
}

fn not_a_scope(attr: &Attribute) -> Error {
    let message = "a variant has one scope, a string literal; write `#[scope(\"orders:read\")]`";
    match &attr.meta {
        Meta::List(list) if list.tokens.to_string().starts_with("crate") => error(
            &list.tokens,
            "`crate` holds for all variants; write it in `#[scope(…)]` on the enum",
        ),
        Meta::List(list) if !list.tokens.is_empty() => error(&list.tokens, message),
        _ => error(attr.path(), message),
    }
}
