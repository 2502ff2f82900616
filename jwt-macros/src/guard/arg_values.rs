//! The values that only guards take: scopes, roles, conditions, ages.

use darling::{Error, Result};
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit, LitStr};

use crate::arguments::values::{elements, text_list, ungrouped, whole_seconds};
use crate::arguments::{Argument, FromArgument};
use crate::diagnostics::error;

/// `all_scopes("a", "b")`.
#[derive(Debug)]
pub(super) struct ScopeList(pub(super) Vec<LitStr>);

impl FromArgument for ScopeList {
    fn from_argument(argument: &Argument) -> Result<Self> {
        text_list(argument, |_, scope| scope_token(scope)).map(Self)
    }
}

/// `scope-token` of [RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3).
fn scope_token(scope: &LitStr) -> Result<()> {
    let written = scope.value();
    let message = match written.chars().find(|&c| !is_scope_char(c)) {
        Some(' ') => {
            let one_by_one: Vec<_> =
                written.split_whitespace().map(|scope| format!("{scope:?}")).collect();
            format!("a scope has no spaces; write {}", one_by_one.join(", "))
        }
        Some(c) => {
            let c = if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
            format!("a scope has no `{c}` (RFC 6749 §3.3); write printable ASCII but `\"` and `\\`")
        }
        None if written.is_empty() => "an empty scope is held by nobody; name one".to_owned(),
        None => return Ok(()),
    };
    Err(error(scope, message))
}

fn is_scope_char(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E')
}

/// `any_role(Role::Admin, Role::Seller)`.
#[derive(Debug)]
pub(super) struct RoleList(pub(super) Vec<Expr>);

impl FromArgument for RoleList {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let roles = elements(argument)?;
        let mut errors = Error::accumulator();
        for (position, role) in roles.iter().enumerate() {
            if !is_value(role) {
                let message = "a role is a value of your role type, so that a misspelt one does not compile; write `Role::Admin`";
                errors.push(error(role, message));
            } else if roles[..position].contains(role) {
                let written = role.to_token_stream().to_string().replace(' ', "");
                let message = format!("`{written}` is listed twice; remove one of them");
                errors.push(error(role, message));
            }
        }
        errors.finish_with(Self(roles))
    }
}

/// A value in the narrow sense: a `return` here would end the check.
fn is_value(role: &Expr) -> bool {
    match role {
        Expr::Path(_) | Expr::Struct(_) | Expr::Call(_) => true,
        Expr::Lit(ExprLit { lit, .. }) => !matches!(lit, Lit::Str(_)),
        _ => false,
    }
}

/// `require = |user: &User| …` or `require = is_verified`.
#[derive(Debug)]
pub(super) struct Requirement(pub(super) Expr);

impl FromArgument for Requirement {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let tokens = argument.assigned()?;
        match syn::parse2(tokens.clone()).map(ungrouped) {
            Ok(Expr::Closure(closure)) if closure.asyncness.is_some() => Err(error(
                &closure.asyncness,
                "a condition decides at once; write a closure without `async`",
            )),
            Ok(Expr::Closure(closure)) if closure.inputs.len() != 1 => Err(error(
                &closure,
                "a condition takes the claims and nothing else; write `|user: &User| …`",
            )),
            Ok(condition @ (Expr::Closure(_) | Expr::Path(_))) => Ok(Self(condition)),
            _ => Err(error(
                tokens,
                "`require` takes a closure or the path of a function; write `require = |user: &User| …`",
            )),
        }
    }
}

/// `max_age = "5m"`, in seconds.
#[derive(Clone, Debug)]
pub(super) struct MaxAge(pub(super) u64);

impl FromArgument for MaxAge {
    fn from_argument(argument: &Argument) -> Result<Self> {
        match whole_seconds(argument)? {
            (text, 0) => Err(error(&text, "no login is that recent; write at least `\"1s\"`")),
            (_, seconds) => Ok(Self(seconds)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_scope_char;

    #[test]
    fn scope_characters_are_those_of_rfc_6749() {
        let refused: Vec<char> = ('\0'..='\u{100}').filter(|&c| !is_scope_char(c)).collect();
        let expected: Vec<char> =
            ('\0'..=' ').chain(['"', '\\']).chain('\x7F'..='\u{100}').collect();
        assert_eq!(refused, expected);
    }
}
