//! The parts of `#[serde(…)]` that decide what a claim is called on the wire.
//!
//! The attributes themselves go to serde untouched; what it would refuse is left to it.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Token, parse_quote};

/// Something for writing and something for reading, which serde allows to differ.
#[derive(Clone, Debug)]
pub(super) struct Both<T> {
    pub(super) serialize: Option<T>,
    pub(super) deserialize: Option<T>,
}

impl<T> Both<T> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.serialize.iter().chain(&self.deserialize)
    }
}

/// The `#[serde(…)]` attributes among `attrs`.
pub(super) fn of(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("serde")).cloned().collect()
}

/// Every entry of the `#[serde(…)]` attributes among `attrs`.
pub(super) fn entries(attrs: &[Attribute]) -> Vec<Meta> {
    of(attrs)
        .iter()
        .filter_map(|attr| {
            attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()
        })
        .flatten()
        .collect()
}

/// The entry `name`, in any of its forms.
pub(super) fn find<'a>(entries: &'a [Meta], name: &str) -> Option<&'a Meta> {
    entries.iter().find(|entry| entry.path().is_ident(name))
}

/// The strings of `name = "…"` or `name(serialize = "…", deserialize = "…")`.
pub(super) fn names(entries: &[Meta], name: &str) -> Both<LitStr> {
    match find(entries, name) {
        Some(Meta::NameValue(both)) => {
            let value = text(&both.value);
            Both { serialize: value.clone(), deserialize: value }
        }
        Some(Meta::List(list)) => {
            let inner = list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .map(|inner| inner.into_iter().collect::<Vec<_>>())
                .unwrap_or_default();
            Both {
                serialize: value(&inner, "serialize"),
                deserialize: value(&inner, "deserialize"),
            }
        }
        _ => Both { serialize: None, deserialize: None },
    }
}

/// Every `alias = "…"`.
pub(super) fn aliases(entries: &[Meta]) -> impl Iterator<Item = LitStr> + '_ {
    entries.iter().filter(|entry| entry.path().is_ident("alias")).filter_map(|entry| match entry {
        Meta::NameValue(alias) => text(&alias.value),
        _ => None,
    })
}

fn value(entries: &[Meta], name: &str) -> Option<LitStr> {
    match find(entries, name) {
        Some(Meta::NameValue(entry)) => text(&entry.value),
        _ => None,
    }
}

fn text(value: &Expr) -> Option<LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        // `$name:literal` of a `macro_rules!`.
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}

/// `#[serde(rename_all = "…")]` applied to a field's name, as serde applies it.
pub(super) fn apply(rule: Option<&LitStr>, field: &str) -> String {
    let words = || field.split('_');
    match rule.map(LitStr::value).as_deref() {
        Some("UPPERCASE" | "SCREAMING_SNAKE_CASE") => field.to_ascii_uppercase(),
        Some("PascalCase") => words().map(capitalised).collect(),
        Some("camelCase") => {
            let pascal: String = words().map(capitalised).collect();
            match pascal.chars().next() {
                Some(first) => first.to_ascii_lowercase().to_string() + &pascal[first.len_utf8()..],
                None => pascal,
            }
        }
        Some("kebab-case") => field.replace('_', "-"),
        Some("SCREAMING-KEBAB-CASE") => field.to_ascii_uppercase().replace('_', "-"),
        _ => field.to_owned(),
    }
}

fn capitalised(word: &str) -> String {
    match word.chars().next() {
        Some(first) => first.to_ascii_uppercase().to_string() + &word[first.len_utf8()..],
        None => String::new(),
    }
}

/// The attributes of a struct as its shadow has them.
pub(super) fn of_shadow(attrs: &[Attribute]) -> Vec<Attribute> {
    of(attrs)
        .into_iter()
        .map(|attr| {
            let entries = entries(std::slice::from_ref(&attr));
            if find(&entries, "crate").or(find(&entries, "default")).is_none() {
                return attr;
            }
            let entries = entries.into_iter().filter_map(|entry| match entry {
                // Another runtime's business.
                entry if entry.path().is_ident("crate") => None,
                // Without a path serde would ask it of the shadow, not of the struct.
                Meta::Path(path) if path.is_ident("default") => {
                    Some(parse_quote!(#path = "::core::default::Default::default"))
                }
                entry => Some(entry),
            });
            parse_quote!(#[serde(#(#entries),*)])
        })
        .collect()
}
