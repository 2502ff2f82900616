//! The values that only guards take: scopes, roles, conditions, ages.

use darling::{Error, Result};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit};

use super::model::Scope;
use crate::arguments::values::{elements, plain_value, twice, whole_seconds};
use crate::arguments::{Argument, FromArgument, scope_token};
use crate::diagnostics::error;

/// `optional` or `optional(lenient)`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Presence {
    /// No token is `None`.
    Optional,
    /// So is one that is refused.
    Lenient,
}

impl FromArgument for Presence {
    fn from_argument(argument: &Argument) -> Result<Self> {
        if argument.word().is_ok() {
            return Ok(Self::Optional);
        }
        let values = argument.list().map(|group| group.stream().to_string());
        match values.as_deref() {
            Ok("lenient") => Ok(Self::Lenient),
            _ => {
                let Argument { name, form, .. } = argument;
                Err(error(name, format!("`{name}` is a word, or has one value; write `{form}`")))
            }
        }
    }
}

/// `all_scopes("a", Perm::B)`.
#[derive(Debug)]
pub(super) struct ScopeList(pub(super) Vec<Scope>);

impl FromArgument for ScopeList {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let elements = elements(argument)?;
        let mut errors = Error::accumulator();
        let mut scopes = Vec::new();
        for element in elements {
            let scope = match &element {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                    errors.handle(scope_token::check(text));
                    Scope::Literal(text.clone())
                }
                value if is_value(value) => Scope::Typed(Box::new(element.clone())),
                _ => {
                    errors.push(error(&element, NO_SCOPE));
                    continue;
                }
            };
            if scopes.contains(&scope) {
                errors.push(twice(&element));
            }
            scopes.push(scope);
        }
        errors.finish_with(Self(scopes))
    }
}

const NO_SCOPE: &str = "a scope is a string literal or a value of your scope type; write `\"orders:write\"` or `Perm::OrdersWrite`";

/// `any_role(Role::Admin, Role::Seller)`.
#[derive(Debug)]
pub(super) struct RoleList(pub(super) Vec<Expr>);

impl FromArgument for RoleList {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let roles = elements(argument)?;
        let mut errors = Error::accumulator();
        for (position, role) in roles.iter().enumerate() {
            let literal = matches!(role, Expr::Lit(role) if !matches!(role.lit, Lit::Str(_)));
            if !literal && !is_value(role) {
                let message = "a role is a value of your role type, so that a misspelt one does not compile; write `Role::Admin`";
                errors.push(error(role, message));
            } else if roles[..position].contains(role) {
                errors.push(twice(role));
            }
        }
        errors.finish_with(Self(roles))
    }
}

/// A value in the narrow sense: a `return` here would end the check, and let the request through.
pub(super) fn is_value(value: &Expr) -> bool {
    match value {
        Expr::Path(_) => true,
        Expr::Struct(_) | Expr::Call(_) => !returns(value.to_token_stream()),
        _ => false,
    }
}

fn returns(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => returns(group.stream()),
        TokenTree::Ident(ident) => ident == "return",
        _ => false,
    })
}

/// `require = |user: &User| …` or `require = is_verified`.
#[derive(Debug)]
pub(super) struct Requirement(pub(super) Expr);

impl FromArgument for Requirement {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let tokens = argument.assigned()?;
        match plain_value(tokens)? {
            Some(Expr::Closure(closure)) if closure.asyncness.is_some() => Err(error(
                &closure.asyncness,
                "a condition decides at once; write a closure without `async`",
            )),
            Some(Expr::Closure(closure)) if closure.inputs.len() != 1 => Err(error(
                &closure,
                "a condition takes the claims and nothing else; write `|user: &User| …`",
            )),
            Some(condition @ (Expr::Closure(_) | Expr::Path(_))) => Ok(Self(condition)),
            _ => Err(error(
                tokens,
                "`require` takes a closure or the path of a function; write `require = |user: &User| …`",
            )),
        }
    }
}

/// `authorize = owns_order`.
#[derive(Clone, Debug)]
pub(super) struct Authorization(pub(super) Expr);

impl FromArgument for Authorization {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let tokens = argument.assigned()?;
        match plain_value(tokens)? {
            Some(path @ Expr::Path(_)) => Ok(Self(path)),
            Some(Expr::Closure(closure)) => Err(error(
                &closure,
                "`authorize` takes no closure, as its extractors need a signature; write an `async fn` and its path here",
            )),
            Some(Expr::Call(call)) if matches!(*call.func, Expr::Path(_)) => {
                let path = call.func.to_token_stream().to_string().replace(' ', "");
                let message =
                    format!("`authorize` calls the function by itself; write `authorize = {path}`");
                Err(error(&call, message))
            }
            _ => Err(error(
                tokens,
                "`authorize` takes the path of an `async fn`; write `authorize = owns_order`",
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
