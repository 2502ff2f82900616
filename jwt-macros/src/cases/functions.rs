//! The functions that an expansion leaves, and what stands in front of them.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, FnArg, Path, Token, Type};

/// A function of an item or of an expansion.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    /// It is what a macro was written on, or one of the `async fn` in it without `#[public]`.
    pub(super) is_handler: bool,
    parameters: TokenStream,
}

impl Function {
    /// Whether a guard of the runtime's comes before all that axum would extract for it.
    pub(super) fn is_guarded(&self) -> bool {
        let parameters = Punctuated::<FnArg, Token![,]>::parse_terminated;
        let Ok(parameters) = parameters.parse2(self.parameters.clone()) else { return false };
        let first = parameters.iter().find(|parameter| matches!(parameter, FnArg::Typed(_)));
        matches!(first, Some(FnArg::Typed(first)) if is_there(&first.attrs) && is_guard(&first.ty))
    }
}

/// Whether it is there under every `cfg`.
fn is_there(attrs: &[Attribute]) -> bool {
    !attrs.iter().any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
}

fn is_guard(ty: &Type) -> bool {
    let Type::Path(ty) = ty else { return false };
    let Path { leading_colon, segments } = &ty.path;
    let names: Vec<String> = segments.iter().map(|segment| segment.ident.to_string()).collect();
    let absolute = leading_colon.is_some() || names[0] == "crate";
    absolute
        && matches!(&names[..], [.., private, guarded]
            if private == "__private" && ["Guarded", "GuardedUser"].contains(&guarded.as_str()))
}

/// The functions among these items, in blocks and modules too, but not those in bodies.
pub(super) fn functions(items: TokenStream) -> Vec<Function> {
    let mut found = Vec::new();
    collect(flat(items), Depth::Outermost, &mut found);
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Outermost,
    Nested,
}

fn collect(items: TokenStream, depth: Depth, found: &mut Vec<Function>) {
    let (mut is_async, mut is_public) = (false, false);
    let mut tokens = items.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(keyword) if keyword == "fn" => {
                // Not so in the type `fn(…)`.
                let Some(TokenTree::Ident(name)) = tokens.next() else { continue };
                let Some(parameters) = parameters(&mut tokens) else { return };
                // Of those in a block axum cannot call one with `self`.
                let is_handler = depth == Depth::Outermost
                    || (is_async && !is_public && !has_receiver(&parameters));
                found.push(Function { name: name.to_string(), is_handler, parameters });
                tokens.find(|token| match token {
                    TokenTree::Punct(punct) => punct.as_char() == ';',
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    _ => false,
                });
                (is_async, is_public) = (false, false);
            }
            TokenTree::Ident(keyword) if keyword == "async" => is_async = true,
            // What it makes is no item yet.
            TokenTree::Ident(keyword) if keyword == "macro_rules" => {
                tokens.find(|token| matches!(token, TokenTree::Group(_)));
            }
            TokenTree::Group(group) => match group.delimiter() {
                // A block that is public as a whole.
                Delimiter::Brace if is_public && depth == Depth::Nested => is_public = false,
                Delimiter::Brace => collect(group.stream(), Depth::Nested, found),
                Delimiter::Bracket => is_public |= opts_out(group.stream()),
                _ => {}
            },
            _ => {}
        }
    }
}

fn has_receiver(parameters: &TokenStream) -> bool {
    let mut tokens = parameters.clone().into_iter();
    let first =
        tokens.find(|token| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == '&'));
    matches!(first, Some(TokenTree::Ident(name)) if name == "self")
}

/// Whether it is `#[public]`, or says that what it is on is for tests.
fn opts_out(attribute: TokenStream) -> bool {
    let attribute = attribute.to_string().replace(' ', "");
    let name = attribute.rsplit("::").next();
    attribute == "cfg(test)" || name.is_some_and(|name| ["public", "test"].contains(&name))
}

/// The same without the invisible groups of `macro_rules!`.
fn flat(tokens: TokenStream) -> TokenStream {
    let flat = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => flat(group.stream()),
        TokenTree::Group(group) => {
            TokenTree::Group(Group::new(group.delimiter(), flat(group.stream()))).into()
        }
        token => token.into(),
    });
    flat.collect()
}

/// The first parentheses outside of the generics, which may have some too: `<F: Fn(u8)>`.
fn parameters(signature: &mut impl Iterator<Item = TokenTree>) -> Option<TokenStream> {
    let (mut depth, mut arrow) = (0, false);
    signature.find_map(|token| {
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' if !arrow => depth -= 1,
                _ => {}
            }
            arrow = punct.as_char() == '-';
        }
        match token {
            TokenTree::Group(group)
                if depth == 0 && group.delimiter() == Delimiter::Parenthesis =>
            {
                Some(group.stream())
            }
            _ => None,
        }
    })
}
