//! The annotated function: its signature is read, its body is carried along unread.
//!
//! A body that is still being typed is rustc's business, and an editor's: reading it here would
//! report its mistakes twice and lose the function.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, Meta, PatType, Safety, Signature, Token, Visibility};

use super::model::Attr;
use crate::diagnostics::{Errors, error};

/// axum implements `Handler` for functions with up to this many parameters.
pub(super) const MOST_PARAMETERS: usize = 16;

/// A function with its body as tokens.
#[derive(Clone, Debug)]
pub(crate) struct Handler {
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) sig: Signature,
    pub(super) body: TokenStream,
}

impl Parse for Handler {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if !input.fork().call(is_function)? {
            let found = describe(input);
            return Err(input.error(format!(
                "a guard stands in front of handlers, and this is {found}; write it on an `async fn`, or on an `impl` block or inline `mod` that has some"
            )));
        }
        Ok(Self { attrs, vis, sig: input.parse()?, body: input.parse()? })
    }
}

pub(super) fn is_function(input: ParseStream<'_>) -> syn::Result<bool> {
    Ok(loop {
        if input.peek(Token![fn]) {
            break true;
        }
        let part_of_a_signature = input.peek(Token![const])
            || input.peek(Token![async])
            || input.peek(Token![unsafe])
            || input.peek(Token![extern])
            || input.peek(syn::LitStr);
        if !part_of_a_signature {
            break false;
        }
        let _: TokenTree = input.parse()?;
    })
}

fn describe(input: ParseStream<'_>) -> String {
    match input.cursor().ident() {
        Some((keyword, _)) if keyword == "enum" || keyword == "async" => format!("an `{keyword}`"),
        Some((keyword, _)) => format!("a `{keyword}`"),
        None => "not one".to_owned(),
    }
}

/// What a parameter is marked to receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `#[claims]` or `#[token]`.
    Token,
    /// `#[user]`.
    User,
}

impl Mark {
    fn of(attr: &Attribute) -> Option<Self> {
        let name = attr.path().get_ident()?;
        match name.to_string().as_str() {
            "claims" | "token" => Some(Self::Token),
            "user" => Some(Self::User),
            _ => None,
        }
    }
}

/// One parameter with `#[claims]`, `#[token]` or `#[user]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marked<'a> {
    pub(super) mark: Mark,
    pub(super) index: usize,
    pub(super) marker: &'a Attribute,
    pub(super) parameter: &'a PatType,
}

impl Handler {
    /// One function among other items: its body is one pair of braces, and not all that is left.
    pub(super) fn parse_among_others(
        attrs: Vec<Attribute>,
        input: ParseStream<'_>,
    ) -> syn::Result<Self> {
        let (vis, sig) = (input.parse()?, input.parse()?);
        let body: TokenTree = input.parse()?;
        Ok(Self { attrs, vis, sig, body: body.into() })
    }

    /// The marked parameters, in order; one that has two marks counts twice.
    pub(super) fn marked(&self) -> impl Iterator<Item = Marked<'_>> + Clone {
        self.sig.inputs.iter().enumerate().flat_map(|(index, input)| {
            let parameter = match input {
                FnArg::Typed(parameter) => Some(parameter),
                FnArg::Receiver(_) => None,
            };
            parameter.into_iter().flat_map(move |parameter| {
                let markers = parameter.attrs.iter();
                let markers = markers.filter_map(|attr| Some((Mark::of(attr)?, attr)));
                markers.map(move |(mark, marker)| Marked { mark, index, marker, parameter })
            })
        })
    }

    /// The first parameter with this mark.
    pub(super) fn marked_as(&self, mark: Mark) -> Option<Marked<'_>> {
        self.marked().find(|marked| marked.mark == mark)
    }

    /// What no guard can stand in front of, whatever its arguments are.
    pub(super) fn check(&self, attr: Attr, errors: &mut Errors) {
        self.check_shape(attr, errors);
        self.check_parameters(errors);
        for second in self.attrs.iter().filter(|attr| guard_attribute(attr).is_some()) {
            errors.push(error(
                second.path(),
                "a handler has one guard; write the conditions of both into one attribute",
            ));
        }
    }

    fn check_shape(&self, attr: Attr, errors: &mut Errors) {
        let Signature { constness, asyncness, safety, abi, fn_token, ident, variadic, .. } =
            &self.sig;
        let handler = attr.written();
        if let Some(token) = constness {
            errors.push(error(token, "a handler is not `const`; remove it"));
        }
        if let Safety::Unsafe(token) = safety {
            errors.push(error(
                token,
                "a handler is not `unsafe`; remove it, and call what is unsafe inside",
            ));
        }
        if let Some(abi) = abi {
            errors.push(error(&abi.extern_token, "a handler has Rust's own ABI; remove `extern`"));
        }
        if asyncness.is_none() {
            let message = format!("`{handler}` needs an `async fn`; write `async fn {ident}(…)`");
            errors.push(error(fn_token, message));
        }
        if let Some(variadic) = variadic {
            errors.push(error(&variadic.dots, "a handler is not variadic; name its parameters"));
        }
        if !self.has_body() {
            let message =
                "a guard needs a handler with a body; write the attribute on the function itself";
            errors.push(error(ident, message));
        }
    }

    fn check_parameters(&self, errors: &mut Errors) {
        if let Some(receiver) = self.sig.receiver() {
            let message = "axum calls a handler without `self`; take `State<…>` for what it needs";
            errors.push(error(&receiver.self_token, message));
        }
        for Marked { marker, parameter, .. } in self.marked() {
            if let Some(cfg) = parameter.attrs.iter().find(|attr| is_conditional(attr)) {
                // Without its parameter the handler would be without its guard.
                let message = "a guard does not come and go with its parameter; write the `#[cfg]` on the function";
                errors.push(error(cfg.path(), message));
            }
            if !matches!(marker.meta, Meta::Path(_)) {
                let name = marker.path().to_token_stream();
                let message = format!(
                    "`#[{name}]` takes no arguments; conditions go into the attribute of the function"
                );
                errors.push(error(marker.path(), message));
            }
        }
        self.check_marks(errors);
        // All marked parameters become one, and so does the absence of any.
        let is_extractor = |index| self.marked().all(|marked| marked.index != index);
        let inputs = self.sig.inputs.iter().enumerate();
        let mut extractors = inputs.filter(|&(index, _)| is_extractor(index));
        if let Some((_, surplus)) = extractors.nth(MOST_PARAMETERS - 1) {
            let message = match self.marked().next() {
                Some(_) => {
                    "axum takes at most 16 parameters; put some of them into one `#[derive(FromRequest)]` struct"
                }
                None => {
                    "axum takes at most 16 parameters, and the guard is one of them; put some into one `#[derive(FromRequest)]` struct"
                }
            };
            errors.push(error(surplus, message));
        }
    }

    /// Each mark once, and on a parameter of its own.
    fn check_marks(&self, errors: &mut Errors) {
        for (mark, message) in [
            (
                Mark::Token,
                "a handler takes the claims or the token, once; take one: a `Token<User>` has both the claims and the token",
            ),
            (Mark::User, "a handler takes one user; remove one of them"),
        ] {
            if let Some(second) = self.marked().filter(|marked| marked.mark == mark).nth(1) {
                errors.push(error(second.marker.path(), message));
            }
        }
        let mut marked = self.marked();
        while let Some(first) = marked.next() {
            if let Some(second) = marked.clone().next()
                && (first.index == second.index && first.mark != second.mark)
            {
                let message = "the claims and the user are two parameters; mark one for each, or remove one of the marks";
                errors.push(error(second.marker.path(), message));
            }
        }
    }

    fn has_body(&self) -> bool {
        let mut body = self.body.clone().into_iter();
        matches!(
            (body.next(), body.next()),
            (Some(TokenTree::Group(group)), None)
                if matches!(group.delimiter(), Delimiter::Brace | Delimiter::None)
        )
    }

    /// Takes our attributes off the parameters.
    pub(super) fn strip_markers(&mut self) {
        for input in &mut self.sig.inputs {
            if let FnArg::Typed(parameter) = input {
                parameter.attrs.retain(|attr| Mark::of(attr).is_none());
            }
        }
    }

    /// Takes further guards off the function.
    pub(super) fn strip_guards(&mut self) {
        self.attrs.retain(|attr| guard_attribute(attr).is_none());
    }
}

impl ToTokens for Handler {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, body } = self;
        tokens.extend(quote::quote!(#(#attrs)* #vis #sig #body));
    }
}

/// Whether it may take away what it is on.
pub(super) fn is_conditional(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}

pub(super) fn guard_attribute(attr: &Attribute) -> Option<Attr> {
    let name = &attr.path().segments.last()?.ident;
    Attr::ALL.into_iter().find(|attr| name == attr.name())
}
