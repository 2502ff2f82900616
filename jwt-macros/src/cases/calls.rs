//! The macros of this crate where a file writes them, found in its tokens: half-typed code and
//! items that are none have to be found as well.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::claims;
use crate::guard::{self, Attr};
use crate::scope;

/// A macro of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Macro {
    Guard(Attr),
    Claims,
    Scope,
    Public,
}

impl Macro {
    fn attribute(name: &Ident) -> Option<Self> {
        let guard = Attr::ALL.into_iter().find(|attr| name == attr.name()).map(Self::Guard);
        guard.or((name == "public").then_some(Self::Public))
    }

    fn derive(name: &Ident) -> Option<Self> {
        [("Claims", Self::Claims), ("Scope", Self::Scope)]
            .into_iter()
            .find_map(|(known, called)| (name == known).then_some(called))
    }
}

/// A macro on an item, with what rustc would hand to it.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) called: Macro,
    pub(super) arguments: TokenStream,
    pub(super) item: TokenStream,
    /// Where errors without a place of their own are reported.
    pub(super) site: Span,
}

impl Call {
    /// The expansion of this macro alone.
    pub(super) fn expand_once(&self) -> TokenStream {
        let Self { called, arguments, item, .. } = self.clone();
        match called {
            Macro::Guard(attr) => guard::expand(attr, arguments, item),
            Macro::Claims => claims::expand(item),
            Macro::Scope => scope::expand(item),
            Macro::Public => guard::public_outside(arguments, item),
        }
    }

    /// The expansion, and that of the macros which it leaves in the item.
    pub(super) fn expand(&self) -> TokenStream {
        visit(self.expand_once(), &mut |call| call.expand())
    }
}

/// The calls in a file, in order; not those inside of what another call is handed.
pub(super) fn calls(file: TokenStream) -> Vec<Call> {
    let mut found = Vec::new();
    visit(file, &mut |call| {
        found.push(call);
        TokenStream::new()
    });
    found
}

/// The tokens of `macro_rules! name {}`.
const DEFINITION: usize = 4;

/// Puts in the place of each call what `replace` makes of it. Definitions of `macro_rules!` are
/// left alone: what they make has other tokens.
fn visit(tokens: TokenStream, replace: &mut impl FnMut(Call) -> TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut visited = TokenStream::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let attributes = attributes(&tokens[at..]);
        let after = at + 2 * attributes.len();
        let end = after + item_length(&tokens[after..]);
        let item = &tokens[after..end];
        if let Some(call) = attribute_call(&attributes, item) {
            visited.extend(replace(call));
            at = end;
        } else if let Some((call, item)) = derive_call(&attributes, item) {
            visited.extend(item);
            visited.extend(replace(call));
            at = end;
        } else if !attributes.is_empty() {
            visited.extend(tokens[at..after].iter().cloned());
            at = after;
        } else if matches!(token, TokenTree::Ident(name) if name == "macro_rules") {
            let end = tokens.len().min(at + DEFINITION);
            visited.extend(tokens[at..end].iter().cloned());
            at = end;
        } else {
            visited.extend([match token {
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), visit(group.stream(), replace));
                    inner.set_span(group.span());
                    TokenTree::Group(inner)
                }
                token => token.clone(),
            }]);
            at += 1;
        }
    }
    visited
}

/// `#[…]` with its tokens.
#[derive(Debug)]
struct Attribute<'t> {
    pound: &'t TokenTree,
    brackets: &'t Group,
}

impl Attribute<'_> {
    /// The last name of the path, and what stands behind it.
    fn parts(&self) -> Option<(Ident, TokenStream)> {
        let mut name = None;
        let mut rest = self.brackets.stream().into_iter();
        for token in rest.by_ref() {
            match token {
                TokenTree::Ident(ident) => name = Some(ident),
                TokenTree::Group(group) => return Some((name?, group.stream())),
                TokenTree::Punct(punct) if punct.as_char() == ':' => {}
                _ => break,
            }
        }
        Some((name?, rest.collect()))
    }

    fn tokens(&self) -> [TokenTree; 2] {
        [self.pound.clone(), TokenTree::Group(self.brackets.clone())]
    }
}

/// The outer attributes at the start.
fn attributes(tokens: &[TokenTree]) -> Vec<Attribute<'_>> {
    tokens
        .chunks_exact(2)
        .map_while(|pair| match pair {
            [pound @ TokenTree::Punct(punct), TokenTree::Group(brackets)]
                if punct.as_char() == '#' && brackets.delimiter() == Delimiter::Bracket =>
            {
                Some(Attribute { pound, brackets })
            }
            _ => None,
        })
        .collect()
}

/// The number of tokens of the item at the start: up to its braces or its semicolon.
fn item_length(tokens: &[TokenTree]) -> usize {
    let is = |index: usize, names: &[&str]| matches!(tokens.get(index), Some(TokenTree::Ident(ident)) if names.iter().any(|name| ident == name));
    let kind = (0..tokens.len()).find(|&index| {
        is(index, &["fn", "struct", "enum", "union", "impl", "trait", "mod", "static", "type"])
            || (is(index, &["const"]) && !is(index + 1, &["fn", "async", "unsafe", "extern"]))
    });
    let has_a_value = kind.is_some_and(|kind| is(kind, &["static", "type", "const"]));
    let end = tokens.iter().position(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => !has_a_value && group.delimiter() == Delimiter::Brace,
        _ => false,
    });
    end.map_or(tokens.len(), |end| end + 1)
}

/// The first attribute of ours, which is handed the others with the item.
fn attribute_call(attributes: &[Attribute<'_>], item: &[TokenTree]) -> Option<Call> {
    attributes.iter().enumerate().find_map(|(index, attribute)| {
        let (name, arguments) = attribute.parts()?;
        let called = Macro::attribute(&name)?;
        let others = attributes.iter().enumerate().filter(|(other, _)| *other != index);
        let others = others.flat_map(|(_, attribute)| attribute.tokens());
        let item = others.chain(item.iter().cloned()).collect();
        Some(Call { called, arguments, item, site: attribute.pound.span() })
    })
}

/// A derive of ours, and the item that it leaves where it is.
fn derive_call(attributes: &[Attribute<'_>], item: &[TokenTree]) -> Option<(Call, TokenStream)> {
    let is_derive = |attribute: &Attribute<'_>| {
        attribute.parts().filter(|(name, _)| name == "derive").map(|(_, derived)| derived)
    };
    let (called, site) =
        attributes.iter().filter_map(is_derive).flatten().find_map(|token| match token {
            TokenTree::Ident(name) => Some((Macro::derive(&name)?, name.span())),
            _ => None,
        })?;
    let others = attributes.iter().filter(|attribute| is_derive(attribute).is_none());
    let others = others.flat_map(Attribute::tokens);
    let item: TokenStream = others.chain(item.iter().cloned()).collect();
    let call = Call { called, arguments: TokenStream::new(), item: item.clone(), site };
    Some((call, item))
}
