//! The values that arguments of several attributes take.

use std::time::Duration;

use darling::{Error, Result};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, LitStr, Token, Type};

use super::{Argument, FromArgument, Written};
use crate::diagnostics::error;

/// An argument that is only there or not there.
#[derive(Debug)]
pub(crate) struct Word;

impl FromArgument for Word {
    fn from_argument(argument: &Argument) -> Result<Self> {
        argument.word().map(|()| Self)
    }
}

impl FromArgument for Type {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let tokens = argument.assigned()?;
        syn::parse2(tokens.clone()).map_err(|_| {
            let Argument { name, form, .. } = argument;
            error(tokens, format!("`{name}` takes a type; write `{form}`"))
        })
    }
}

/// `name = "text"`, not empty.
#[derive(Clone, Debug)]
pub(crate) struct Text(pub(crate) LitStr);

impl FromArgument for Text {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let text = literal(argument, argument.assigned()?)?;
        not_empty(argument, &text)?;
        Ok(Self(text))
    }
}

/// `name = "text"` or `name("text", …)`: none empty, none twice.
#[derive(Clone, Debug)]
pub(crate) struct Texts(pub(crate) Vec<LitStr>);

impl FromArgument for Texts {
    fn from_argument(argument: &Argument) -> Result<Self> {
        match &argument.value {
            Written::Assigned(_) => Text::from_argument(argument).map(|text| Self(vec![text.0])),
            _ => text_list(argument).map(Self),
        }
    }
}

fn text_list(argument: &Argument) -> Result<Vec<LitStr>> {
    let elements = elements(argument)?;
    let mut errors = Error::accumulator();
    let mut texts: Vec<LitStr> = Vec::new();
    for element in elements {
        let Some(text) = errors.handle(literal(argument, &element)) else { continue };
        errors.handle(not_empty(argument, &text));
        if texts.contains(&text) {
            errors.push(twice(&text));
        }
        texts.push(text);
    }
    errors.finish_with(texts)
}

/// The expressions of `name(…)`, at least one.
pub(crate) fn elements(argument: &Argument) -> Result<Vec<Expr>> {
    let group = argument.list()?;
    let elements = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(group.stream()).map_err(
        |mistake| {
            let Argument { name, form, .. } = argument;
            let message = format!("the values of `{name}` are separated by `,`; write `{form}`");
            error(&mistake.span(), message)
        },
    )?;
    if elements.is_empty() {
        let Argument { name, form, .. } = argument;
        return Err(error(name, format!("`{name}` needs at least one value; write `{form}`")));
    }
    let mut errors = Error::accumulator();
    let elements =
        elements.into_iter().filter_map(|element| errors.handle(plain(element))).collect();
    errors.finish_with(elements)
}

/// A value as it was written, without the invisible parentheses that `macro_rules!` puts around it.
///
/// # Errors
///
/// It has an attribute: what `#[cfg]` takes away is a condition less, or one of a list, and what is
/// left asks for less, or for nothing.
pub(crate) fn plain(value: Expr) -> Result<Expr> {
    match (value.to_token_stream().into_iter().next(), value) {
        (Some(TokenTree::Punct(sign)), _) if sign.as_char() == '#' => {
            Err(error(&sign.span(), "a value has no attributes; remove this one"))
        }
        (_, Expr::Group(group)) => plain(*group.expr),
        (_, value) => Ok(value),
    }
}

/// The same of tokens; `None` where they are no expression.
pub(crate) fn plain_value(tokens: &TokenStream) -> Result<Option<Expr>> {
    syn::parse2(tokens.clone()).ok().map(plain).transpose()
}

/// An expression without the invisible parentheses that `macro_rules!` puts around it.
pub(crate) fn ungrouped(expression: Expr) -> Expr {
    match expression {
        Expr::Group(group) => ungrouped(*group.expr),
        expression => expression,
    }
}

/// The mistake of a list that holds `element` already.
pub(crate) fn twice(element: &impl ToTokens) -> Error {
    let written = element.to_token_stream();
    let path = written.to_string().replace(" :: ", "::").replace(" (", "(");
    error(&written, format!("`{path}` is listed twice; remove one of them"))
}

fn literal(argument: &Argument, value: &impl ToTokens) -> Result<LitStr> {
    match plain_value(&value.to_token_stream())? {
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => Ok(text),
        _ => {
            let Argument { name, form, .. } = argument;
            Err(error(value, format!("`{name}` takes string literals; write `{form}`")))
        }
    }
}

fn not_empty(argument: &Argument, text: &LitStr) -> Result<()> {
    if !text.value().is_empty() {
        return Ok(());
    }
    let Argument { name, form, .. } = argument;
    Err(error(text, format!("an empty `{name}` fits no token; write `{form}`")))
}

/// `name = "5m"`, in whole seconds.
pub(crate) fn whole_seconds(argument: &Argument) -> Result<(LitStr, u64)> {
    let Argument { name, form, .. } = argument;
    let tokens: &TokenStream = argument.assigned()?;
    let text = syn::parse2::<LitStr>(tokens.clone()).map_err(|_| {
        error(tokens, format!("`{name}` takes a duration with its unit, quoted; write `{form}`"))
    })?;
    if text.value().contains('M') {
        // humantime reads a month, and nearly everybody means minutes.
        let message =
            format!("`M` stands for months; write minutes with a small `m`, as in `{form}`");
        return Err(error(&text, message));
    }
    let duration = humantime::parse_duration(&text.value()).map_err(|reason| {
        error(&text, format!("`{name}` is not a duration ({reason}); write `{form}`"))
    })?;
    if duration != Duration::from_secs(duration.as_secs()) {
        let message = format!("`{name}` counts whole seconds; write `{form}`");
        return Err(error(&text, message));
    }
    Ok((text, duration.as_secs()))
}
