//! A block as it was written: its head, and its members one by one.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Generics, Ident, Item, Lifetime, Meta, Result, Token, Type, Visibility,
    WhereClause, braced, token,
};

use super::public::is_public;
use super::role::mentions_future;
use super::starts_block;
use crate::guard::handler::{Handler, is_function};
use crate::guard::validate::mentions;

/// An `impl` block or an inline `mod`.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) attrs: Vec<Attribute>,
    pub(super) head: Head,
    brace: token::Brace,
    inner_attrs: Vec<Attribute>,
    pub(super) members: Vec<Member>,
}

/// What stands before the braces.
#[derive(Clone, Debug)]
pub(super) struct Head {
    tokens: TokenStream,
    /// `impl` or `mod`.
    pub(super) keyword: Ident,
    pub(super) place: Place,
}

/// What the functions of a block belong to.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Module,
    Type {
        ty: Type,
        generics: Generics,
    },
    /// `impl Trait for Type`, with the trait.
    Trait(Type),
}

impl Place {
    /// Whether functions here can name the type that they belong to.
    pub(super) fn is_one_type(&self) -> bool {
        match self {
            Self::Type { ty, generics } => {
                let has_elided_lifetime = ty.to_token_stream().to_string().contains("'_");
                generics.params.is_empty() && !has_elided_lifetime
            }
            Self::Module | Self::Trait(_) => false,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum Member {
    Function(Box<Handler>),
    Block(Box<Block>),
    Other(Other),
}

/// What is passed on as it is.
#[derive(Clone, Debug)]
pub(super) struct Other {
    pub(super) attrs: Vec<Attribute>,
    pub(super) tokens: TokenStream,
    pub(super) refusal: Option<Error>,
    /// Whether there may be handlers in it, that no guard here can see.
    pub(super) may_hold_handlers: bool,
}

impl Parse for Block {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let head = input.parse::<Head>()?;
        if input.peek(Token![;]) {
            return Err(out_of_line(&head));
        }
        Self::parse_body(attrs, head, input)
    }
}

impl Block {
    fn parse_body(attrs: Vec<Attribute>, head: Head, input: ParseStream<'_>) -> Result<Self> {
        let body;
        let brace = braced!(body in input);
        let inner_attrs = body.call(Attribute::parse_inner)?;
        let mut members = Vec::new();
        while !body.is_empty() {
            members.push(Member::parse(&body));
        }
        Ok(Self { attrs, head, brace, inner_attrs, members })
    }

    /// The block with other members.
    pub(super) fn with_members(&self, members: &[TokenStream]) -> TokenStream {
        let Self { attrs, head: Head { tokens: head, .. }, brace, inner_attrs, .. } = self;
        let mut body = Group::new(Delimiter::Brace, quote!(#(#inner_attrs)* #(#members)*));
        body.set_span(brace.span.join());
        quote!(#(#attrs)* #head #body)
    }
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let start = input.fork();
        let _: Visibility = input.parse()?;
        let _: Option<Token![unsafe]> = input.parse()?;
        let keyword = input.call(Ident::parse_any)?;
        let place = match keyword == "mod" {
            true => input.call(Ident::parse_any).map(|_| Place::Module)?,
            false => place_of_impl(input)?,
        };
        Ok(Self { tokens: between(&start, input), keyword, place })
    }
}

/// What stands behind `impl`.
fn place_of_impl(input: ParseStream<'_>) -> Result<Place> {
    // Otherwise it is the `<` of `impl <Api as Api>::Type`.
    let is_generic = input.peek(Token![<])
        && (input.peek2(Token![>])
            || input.peek2(Token![#])
            || input.peek2(Token![const])
            || (input.peek2(Ident) || input.peek2(Lifetime))
                && (input.peek3(Token![:])
                    || input.peek3(Token![,])
                    || input.peek3(Token![>])
                    || input.peek3(Token![=])));
    let generics = if is_generic { input.parse()? } else { Generics::default() };
    let _: Option<Token![!]> = input.parse()?;
    let first: Type = input.parse()?;
    let place = match input.parse::<Option<Token![for]>>()? {
        Some(_) => {
            let _: Type = input.parse()?;
            Place::Trait(first)
        }
        None => Place::Type { ty: first, generics },
    };
    let _: Option<WhereClause> = input.parse()?;
    Ok(place)
}

fn out_of_line(head: &Head) -> Error {
    Error::new(
        head.keyword.span(),
        "this `mod` is in another file, which a guard here cannot see; guard its handlers there, and declare it without a guard around it",
    )
}

impl Member {
    /// The next member, whatever it is: a mistake is kept with what it was made in.
    fn parse(input: ParseStream<'_>) -> Self {
        let attempt = input.fork();
        match Self::try_parse(&attempt) {
            Ok(member) => {
                input.advance_to(&attempt);
                member
            }
            Err(mistake) => {
                let message = format!(
                    "this cannot be read ({mistake}), and what cannot be read cannot be guarded; write it outside of the block"
                );
                Self::Other(Other {
                    attrs: Vec::new(),
                    tokens: skip_item(input),
                    refusal: Some(Error::new(mistake.span(), message)),
                    may_hold_handlers: true,
                })
            }
        }
    }

    fn try_parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let start = input.fork();
        let ahead = input.fork();
        let _: Visibility = ahead.parse()?;
        if ahead.fork().call(is_function)? {
            return Handler::parse_among_others(attrs, input)
                .map(|it| Self::Function(Box::new(it)));
        }
        let other = if starts_block(&ahead) {
            let head = input.parse::<Head>()?;
            let is_of_tests = matches!(head.place, Place::Module) && attrs.iter().any(is_for_tests);
            let is_looked_into = input.peek(token::Brace)
                && !matches!(head.place, Place::Trait(_))
                && !is_of_tests
                && !attrs.iter().any(is_public);
            if is_looked_into {
                return Block::parse_body(attrs, head, input).map(|it| Self::Block(Box::new(it)));
            }
            let is_out_of_line = input.peek(Token![;]);
            let _body: TokenTree = input.parse()?;
            Other {
                refusal: is_out_of_line.then(|| out_of_line(&head)),
                may_hold_handlers: !matches!(head.place, Place::Trait(_)),
                tokens: between(&start, input),
                attrs,
            }
        } else {
            let (refusal, may_hold_handlers) = match input.parse::<Item>()? {
                Item::Macro(item) if !item.mac.path.is_ident("macro_rules") => {
                    (Some(unseen(&item.mac.path)), true)
                }
                Item::Const(item) if may_hold_future(&item) => {
                    (Some(in_a_value(&item.ident)), true)
                }
                Item::Static(item) if may_hold_future(&item) => {
                    (Some(in_a_value(&item.ident)), true)
                }
                _ => (None, false),
            };
            Other { attrs, tokens: between(&start, input), refusal, may_hold_handlers }
        };
        Ok(Self::Other(other))
    }
}

fn unseen(path: &syn::Path) -> Error {
    let name = path.to_token_stream().to_string().replace(' ', "");
    Error::new(
        path.span(),
        format!(
            "handlers that `{name}!` makes would not be guarded; write it outside of the block, or `#[public]` above it if it makes none"
        ),
    )
}

/// A function pointer can be routed, and what it points to may stand in the value.
fn may_hold_future(item: &impl ToTokens) -> bool {
    mentions(item.to_token_stream(), "async") || mentions_future(item.to_token_stream())
}

fn in_a_value(name: &Ident) -> Error {
    Error::new(
        name.span(),
        format!(
            "handlers in the value of `{name}` would not be guarded; write them as `async fn`, or `#[public]` above it if it has none"
        ),
    )
}

/// `#[cfg(test)]`: nobody is served from there.
fn is_for_tests(attr: &Attribute) -> bool {
    let condition = match &attr.meta {
        Meta::List(list) if list.path.is_ident("cfg") => list.tokens.clone(),
        _ => return false,
    };
    syn::parse2::<Ident>(condition).is_ok_and(|condition| condition == "test")
}

/// Everything up to the end of something that could be an item; at least one token.
fn skip_item(input: ParseStream<'_>) -> TokenStream {
    let mut skipped = TokenStream::new();
    while let Ok(token) = input.parse::<TokenTree>() {
        let is_end = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        skipped.extend([token]);
        if is_end {
            break;
        }
    }
    skipped
}

/// The tokens that were parsed since `start`.
fn between(start: ParseStream<'_>, end: ParseStream<'_>) -> TokenStream {
    let start = start.fork();
    let mut tokens = TokenStream::new();
    while start.cursor() != end.cursor()
        && let Ok(token) = start.parse::<TokenTree>()
    {
        tokens.extend([token]);
    }
    tokens
}
