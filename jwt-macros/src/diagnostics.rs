//! Errors in our own words, each on the token to change, and all of an item's at once.

use std::fmt::Display;

use darling::Error;
use syn::spanned::Spanned;

/// Collects the errors of one item; every stage writes into the same one.
pub(crate) type Errors = darling::error::Accumulator;

/// One mistake: what is wrong, and what to write instead.
pub(crate) fn error(at: &impl Spanned, message: impl Display) -> Error {
    Error::custom(message).with_span(at)
}

/// Joins names as `` `a`, `b`, `c` ``.
pub(crate) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The name that `written` was probably meant to be: close to it, or a longer form of it.
pub(crate) fn nearest<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let tolerance = written.len().div_ceil(3);
    names
        .into_iter()
        .map(|name| (distance(written, name), name))
        .filter(|(distance, _)| *distance <= tolerance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Levenshtein's distance, with a missing `all_` or `any_` counted as one slip.
fn distance(written: &str, name: &str) -> usize {
    let whole = edits(written, name);
    match name.strip_prefix("all_").or_else(|| name.strip_prefix("any_")) {
        Some(stem) => whole.min(edits(written, stem) + 1),
        None => whole,
    }
}

fn edits(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.chars().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.chars().count()]
}

#[cfg(test)]
mod tests {
    use super::{edits, nearest};

    #[test]
    fn slips_find_the_name_that_was_meant() {
        let names = ["optional", "all_scopes", "any_scope", "all_roles", "any_role"];
        for (written, meant) in [
            ("optinal", Some("optional")),
            ("any_rol", Some("any_role")),
            ("roles", Some("all_roles")),
            ("scope", Some("any_scope")),
            ("scopes", Some("all_scopes")),
            ("colour", None),
        ] {
            assert_eq!(nearest(written, names), meant, "{written}");
        }
    }

    #[test]
    fn a_whole_name_goes_before_a_longer_one() {
        assert_eq!(nearest("scope", ["scopes", "any_scope"]), Some("scopes"));
        assert_eq!(nearest("scope", ["any_scope", "scopes"]), Some("any_scope"));
    }

    #[test]
    fn edits_are_counted() {
        for (from, to, count) in
            [("", "", 0), ("abc", "", 3), ("", "abc", 3), ("abc", "bc", 1), ("abc", "abd", 1)]
        {
            assert_eq!(edits(from, to), count, "{from} to {to}");
        }
    }
}
