//! From tokens to arguments, in spite of mistakes.

use darling::Error;
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
    let mut arguments = Vec::new();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            match argument(input) {
                Ok(argument) => {
                    arguments.push(argument);
                    errors.handle(separator(input));
                }
                Err((name, mistake)) => {
                    errors.push(mistake);
                    arguments.extend(name.map(refused));
                    skip_to_next(input);
                }
            }
        }
        Ok(())
    };
    if let Err(mistake) = parser.parse2(tokens) {
        // syn found something left over in a group, which the parser above took for read.
        let message = "this is not part of an argument; remove it, or write `name = value`";
        errors.push(error(&mistake.span(), message));
    }
    arguments
}

fn refused(name: Ident) -> Argument {
    Argument { name, value: Written::Refused, form: "" }
}

/// One argument; a mistake comes with the argument's name, if that could be read.
fn argument(input: ParseStream<'_>) -> Result<Argument, (Option<Ident>, Error)> {
    let start = input.cursor().span();
    let name = Ident::parse_any(input).ok().filter(|_| !input.peek(Token![::]));
    let Some(name) = name else {
        let message = "an argument has a name; write `name`, `name = value` or `name(values)`";
        return Err((None, error(&start, message)));
    };
    let value = if let Ok(eq) = input.parse::<Token![=]>() {
        value(input).map(Written::Assigned).ok_or_else(|| {
            let message = format!("`{name}` has no value that can be read; write one after `=`");
            error(&eq, message)
        })
    } else if input.peek(token::Bracket) || input.peek(token::Brace) {
        let message = format!("the values of `{name}` stand in parentheses; write `{name}(…)`");
        Err(error(&input.cursor().span(), message))
    } else if input.peek(token::Paren)
        && let Ok(list) = input.parse::<Group>()
    {
        Ok(Written::List(list))
    } else {
        Ok(Written::Word)
    };
    match value {
        Ok(value) => Ok(Argument { name, value, form: "" }),
        Err(mistake) => Err((Some(name), mistake)),
    }
}

/// A type or an expression, kept as tokens: which of the two it has to be depends on the argument.
///
/// Types go first, as `Map<String, Value>` begins with the expression `Map < String`. What
/// `macro_rules!` has put in invisible parentheses is whole already, and may not be tried: syn
/// reads the beginning of an expression in them as a type, and takes the rest for read.
fn value(input: ParseStream<'_>) -> Option<TokenStream> {
    let whole = input.fork();
    if let Ok(TokenTree::Group(group)) = whole.parse::<TokenTree>()
        && group.delimiter() == Delimiter::None
        && at_end(&whole)
    {
        input.advance_to(&whole);
        return Some(group.into_token_stream());
    }
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

/// The comma behind an argument; where it was forgotten, the next argument is still found.
fn separator(input: ParseStream<'_>) -> darling::Result<()> {
    if at_end(input) {
        let _: Option<Token![,]> = input.parse()?;
        return Ok(());
    }
    let mistake = error(&input.cursor().span(), "arguments are separated by `,`; write one here");
    if !begins_argument(input.cursor()) {
        skip_to_next(input);
    }
    Err(mistake)
}

/// Goes on behind the next comma that an argument follows, or at the end.
fn skip_to_next(input: ParseStream<'_>) {
    // Never an error: every token is accepted.
    let _: syn::Result<()> = input.step(|cursor| {
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
    });
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
