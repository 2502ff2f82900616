//! What a field is called in a token, and what that name makes of it.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Field, Ident, LitStr, Meta};

use super::model::Wire;
use super::registered::Meaning;
use super::serde_attrs::{Both, aliases, apply, entries, find, names};
use crate::diagnostics::{Errors, error};

/// The names of one field, for writing and for reading; `None` where serde leaves the field out.
#[derive(Debug)]
pub(super) struct Names {
    own: String,
    on_wire: Both<String>,
    renamed: Both<LitStr>,
    /// Where the names are decided: the token to change.
    span: Span,
    /// `#[serde(…)]` of the field.
    entries: Vec<Meta>,
}

impl Names {
    /// The names that serde gives to `field` in a struct with these `rename_all` rules.
    pub(super) fn of(field: &Field, ident: &Ident, rules: &Both<LitStr>) -> Self {
        let entries = entries(&field.attrs);
        let own = ident.unraw().to_string();
        let renamed = names(&entries, "rename");
        let is = |name: &str| find(&entries, name).is_some();
        let left_out = is("skip") || is("flatten");
        let name = |half: &str, renamed: &Option<LitStr>, rule: &Option<LitStr>| {
            let on_wire =
                renamed.as_ref().map_or_else(|| apply(rule.as_ref(), &own), LitStr::value);
            (!left_out && !is(half)).then_some(on_wire)
        };
        let on_wire = Both {
            serialize: name("skip_serializing", &renamed.serialize, &rules.serialize),
            deserialize: name("skip_deserializing", &renamed.deserialize, &rules.deserialize),
        };
        let span = renamed.deserialize.as_ref().or(renamed.serialize.as_ref());
        let span = span.map_or(ident.span(), LitStr::span);
        Self { own, on_wire, renamed, span, entries }
    }

    /// Whether the field is the subject without being marked as such.
    pub(super) fn is_subject(&self) -> bool {
        let named = self.on_wire.iter().any(|name| name == "sub");
        named || (self.own == "sub" && !self.is_renamed() && self.on_wire.iter().next().is_some())
    }

    fn is_renamed(&self) -> bool {
        self.renamed.iter().next().is_some()
    }

    /// The field as the subject, which is `sub` on the wire and nothing else.
    pub(super) fn subject(&self, errors: &mut Errors) -> Wire {
        for name in
            ["skip", "skip_serializing", "skip_deserializing", "skip_serializing_if", "flatten"]
        {
            if let Some(entry) = find(&self.entries, name) {
                let message = format!("every token has a subject; remove `{name}`");
                errors.push(error(entry.path(), message));
            }
        }
        if let Some(other) = self.renamed.iter().find(|name| name.value() != "sub") {
            errors.push(error(
                other,
                "the subject is called `sub` in every token; remove the `rename`",
            ));
        }
        Wire::Subject { renamed: self.is_renamed() }
    }

    /// The field as any other claim.
    pub(super) fn claim(&self, errors: &mut Errors) -> Wire {
        for alias in aliases(&self.entries) {
            if Meaning::of(&alias.value()) != Meaning::Own {
                let message = format!(
                    "the claim `{}` has a meaning of its own, so it cannot stand in for another; remove the alias",
                    alias.value()
                );
                errors.push(error(&alias, message));
            }
        }
        let meanings = || self.on_wire.iter().map(|name| (name, Meaning::of(name)));
        for (name, meaning) in meanings() {
            match meaning {
                Meaning::Reserved(where_else) => {
                    let message =
                        format!("the claim `{name}` belongs to the library; {where_else}");
                    errors.push(error(&self.span, message));
                    return Wire::Own { checked: false };
                }
                Meaning::Registered(_) if !self.same_both_ways() => {
                    errors.push(error(
                        &self.span,
                        format!("the registered claim `{name}` has one name; write `rename = \"{name}\"`"),
                    ));
                    return Wire::Own { checked: false };
                }
                _ => {}
            }
        }
        match meanings().next() {
            Some((_, Meaning::Registered(shape))) => Wire::Registered {
                checked: (!self.has("with") && !self.has("deserialize_with")).then_some(shape),
                skipped: self.on_wire.serialize.is_none(),
            },
            _ => Wire::Own { checked: self.is_plain() },
        }
    }

    /// Whether the field's own type is all that it is written and read by.
    fn is_plain(&self) -> bool {
        let Both { serialize, deserialize } = &self.on_wire;
        serialize.is_some()
            && deserialize.is_some()
            && !["with", "serialize_with", "deserialize_with"].iter().any(|entry| self.has(entry))
    }

    fn same_both_ways(&self) -> bool {
        let Both { serialize, deserialize } = &self.on_wire;
        serialize.is_none() || deserialize.is_none() || serialize == deserialize
    }

    fn has(&self, entry: &str) -> bool {
        self.entry(entry).is_some()
    }

    /// The name of the field itself.
    pub(super) fn own(&self) -> &str {
        &self.own
    }

    /// The entry of `#[serde(…)]` by this name.
    pub(super) fn entry(&self, name: &str) -> Option<&Meta> {
        find(&self.entries, name)
    }

    /// What the field is called where it is written, and where it is read.
    pub(super) fn on_wire(&self) -> Both<&str> {
        Both {
            serialize: self.on_wire.serialize.as_deref(),
            deserialize: self.on_wire.deserialize.as_deref(),
        }
    }

    /// Every name that the field goes by outside of the program, each with the token to change.
    pub(super) fn spelled(&self) -> impl Iterator<Item = (String, Span)> + '_ {
        let aliases = aliases(&self.entries).map(|alias| (alias.value(), alias.span()));
        self.on_wire.iter().map(|name| (name.clone(), self.span)).chain(aliases)
    }
}

/// The names that a struct has used up.
#[derive(Debug, Default)]
pub(super) struct Seen {
    written: HashMap<String, Ident>,
    read: HashMap<String, Ident>,
}

impl Seen {
    /// Refuses a second field of one name; the subject's is taken care of where it is chosen.
    pub(super) fn check(&mut self, field: &Ident, names: &Names, wire: Wire, errors: &mut Errors) {
        if matches!(wire, Wire::Subject { .. }) {
            return;
        }
        let Both { serialize, deserialize } = &names.on_wire;
        let written = take(&mut self.written, serialize.as_ref(), field);
        let read = take(&mut self.read, deserialize.as_ref(), field);
        if let Some((name, first)) = written.or(read) {
            errors.push(error(
                &names.span,
                format!("`{first}` is the claim `{name}` already; rename one of the two"),
            ));
        }
    }
}

/// Who had `name` before `field`.
fn take(
    taken: &mut HashMap<String, Ident>,
    name: Option<&String>,
    field: &Ident,
) -> Option<(String, Ident)> {
    let name = name?;
    taken.insert(name.clone(), field.clone()).map(|first| (name.clone(), first))
}
