//! One field with everything that was written on it, and the checks that need no other.

use proc_macro2::Span;
use syn::{Field, Ident, LitStr};

use super::args::{self, OnField, Role};
use super::model::Wire;
use super::rules;
use super::sensitive::promise;
use super::serde_attrs::Both;
use super::types::{inner_of_option, reference};
use super::wire::Names;
use crate::diagnostics::{Errors, error};

/// A field as it was read.
pub(super) struct Read<'a> {
    pub(super) field: &'a Field,
    pub(super) ident: &'a Ident,
    pub(super) on_field: OnField,
    pub(super) names: Names,
}

impl<'a> Read<'a> {
    /// Reads the attributes of `field` in a struct with these `rename_all` rules.
    pub(super) fn of(
        field: &'a Field,
        ident: &'a Ident,
        rules: &Both<LitStr>,
        errors: &mut Errors,
    ) -> Self {
        let on_field = args::field(&field.attrs, errors);
        Self { field, ident, on_field, names: Names::of(field, ident, rules) }
    }

    pub(super) fn is_marked_subject(&self) -> bool {
        matches!(self.on_field.role, Some((Role::Subject, _)))
    }

    /// Checks the field by itself; returns what it is called where it is read.
    ///
    /// `is_default`: what is missing of the whole struct has a default.
    pub(super) fn check(&self, wire: Wire, is_default: bool, errors: &mut Errors) -> String {
        self.check_owned(errors);
        self.check_readable_again(wire, is_default, errors);
        self.check_rules(wire, errors);
        self.check_sensitive(errors);
        match wire {
            Wire::Subject { .. } => "sub".to_owned(),
            _ => self.names.on_wire().deserialize.unwrap_or_default().to_owned(),
        }
    }

    fn check_owned(&self, errors: &mut Errors) {
        if let Some(and) = reference(&self.field.ty) {
            errors.push(error(
                and,
                "a claims type owns what it holds; write `String` in place of a borrowed `str`",
            ));
        }
    }

    /// What is left out of a token has to be made up where the token is read.
    fn check_readable_again(&self, wire: Wire, is_default: bool, errors: &mut Errors) {
        let left_out =
            self.names.entry("skip_serializing").or(self.names.entry("skip_serializing_if"));
        let (Wire::Own { .. }, Some(left_out)) = (wire, left_out) else { return };
        let has = |entry: &str| self.names.entry(entry).is_some();
        let is_optional =
            inner_of_option(&self.field.ty).is_some() && !has("with") && !has("deserialize_with");
        if self.names.on_wire().deserialize.is_some()
            && !is_default
            && !has("default")
            && !is_optional
        {
            errors.push(error(
                left_out.path(),
                format!("a token without `{}` could not be read again; add `default`", self.ident),
            ));
        }
    }

    /// A rule holds for what is read and for what is written, so the claim has to be both.
    fn check_rules(&self, wire: Wire, errors: &mut Errors) {
        let both = self.names.on_wire();
        let is_both = both.serialize.is_some() && both.deserialize.is_some();
        for rule in &self.on_field.rules {
            let key = &rule.key;
            match wire {
                Wire::Registered { .. } => errors.push(error(
                    key,
                    format!("the library writes the claim `{}`; remove `{key}`", self.ident),
                )),
                Wire::Own { .. } if !is_both => errors.push(error(
                    key,
                    format!(
                        "a rule is for a claim that is both written and read by its name; remove `{key}`"
                    ),
                )),
                _ => rules::check_fit(rule, &self.field.ty, errors),
            }
        }
    }

    fn check_sensitive(&self, errors: &mut Errors) {
        match (self.sensitive_name(), &self.on_field.allow_sensitive) {
            (Some((name, span, what)), None) => errors.push(error(
                &span,
                format!(
                    "`{name}` promises {what}, and whoever holds a token can read it; keep it on the server and look it up by `sub`, or write `#[claim(allow_sensitive = \"why it is none\")]`"
                ),
            )),
            (None, Some(key)) => errors.push(error(
                key,
                format!("nothing in the name `{}` promises a secret; remove `{key}`", self.ident),
            )),
            _ => {}
        }
    }

    fn sensitive_name(&self) -> Option<(String, Span, &'static str)> {
        // What is in no token is read by nobody.
        self.names.spelled().next()?;
        let own = (self.names.own().to_owned(), self.ident.span());
        std::iter::once(own).chain(self.names.spelled()).find_map(|(name, span)| {
            let what = promise(&name)?.what();
            Some((name, span, what))
        })
    }
}
