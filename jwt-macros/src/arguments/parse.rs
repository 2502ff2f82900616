//! From tokens to arguments, in spite of mistakes.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::buffer::Cursor;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Token, Type, token};

use super::{Argument, Written};
use crate::diagnostics::{Errors, error};

pub(super) fn arguments(tokens: TokenStream, errors: &mut Errors) -> Vec<Argument> {
    let parser = |input: ParseStream<'_>| {
        let mut arguments = Vec::new();
        while !input.is_empty() {
            match argument(input).and_then(|argument| end(input).map(|()| argument)) {
                Ok(argument) => arguments.push(argument),
                Err(mistake) => {
                    errors.push(mistake);
                    skip_to_next(input)?;
                }
            }
        }
        Ok(arguments)
    };
    // The parser itself never fails: its errors have gone into `errors`.
    parser.parse2(tokens).unwrap_or_default()
}

fn argument(input: ParseStream<'_>) -> darling::Result<Argument> {
    let token = input.cursor().span();
    let name =
        Ident::parse_any(input).ok().filter(|_| !input.peek(Token![::])).ok_or_else(|| {
            error(&token, "an argument has a name; write `name`, `name = value` or `name(values)`")
        })?;
    let value = if input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>]) {
        let _: Token![=] = input.parse()?;
        Written::Assigned(value(input).ok_or_else(|| {
            error(&name, format!("the value of `{name}` is not a Rust type or expression; complete it, or remove `{name}`"))
        })?)
    } else if input.peek(token::Bracket) || input.peek(token::Brace) {
        return Err(error(
            &name,
            format!("the values of `{name}` stand in parentheses; write `{name}(…)`"),
        ));
    } else if input.peek(token::Paren) {
        Written::List(input.parse::<Group>()?)
    } else {
        Written::Word
    };
    Ok(Argument { name, value, form: "" })
}

/// A type or an expression, kept as tokens: which of the two it has to be depends on the argument.
///
/// Types go first, as `Map<String, Value>` begins with the expression `Map < String`.
fn value(input: ParseStream<'_>) -> Option<TokenStream> {
    let (as_type, as_expression) = (input.fork(), input.fork());
    if let Ok(ty) = as_type.parse::<Type>()
        && at_end(&as_type)
    {
        input.advance_to(&as_type);
        return Some(ty.into_token_stream());
    }
    let expression = as_expression.parse::<Expr>().ok()?;
    input.advance_to(&as_expression);
    Some(expression.into_token_stream())
}

fn at_end(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

fn end(input: ParseStream<'_>) -> darling::Result<()> {
    if !at_end(input) {
        return Err(error(
            &input.cursor().span(),
            "arguments are separated by `,`; write one here",
        ));
    }
    let _: Option<Token![,]> = input.parse()?;
    Ok(())
}

/// Goes on behind the next comma that an argument follows, or at the end.
fn skip_to_next(input: ParseStream<'_>) -> syn::Result<()> {
    input.step(|cursor| {
        let mut rest = *cursor;
        while let Some((token, next)) = rest.token_tree() {
            rest = next;
            if matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ',')
                && begins_argument(rest)
            {
                break;
            }
        }
        Ok(((), rest))
    })
}

fn begins_argument(cursor: Cursor<'_>) -> bool {
    let Some((_, after)) = cursor.ident() else { return false };
    match after.token_tree() {
        None => true,
        Some((TokenTree::Punct(punct), _)) => matches!(punct.as_char(), '=' | ','),
        Some((TokenTree::Group(group), _)) => group.delimiter() == Delimiter::Parenthesis,
        Some(_) => false,
    }
}
