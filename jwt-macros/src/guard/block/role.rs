//! Which functions of a block are handlers, as far as their signatures tell.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Receiver, ReceiverKind, ReturnType};

use super::public;
use crate::diagnostics::{Errors, error};
use crate::guard::handler::Handler;

/// Whether a type looks like a future: by its name, or by the module that it comes from.
pub(super) fn mentions_future(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_future = match token {
            TokenTree::Group(group) => mentions_future(group.stream()),
            TokenTree::Ident(name) => match name.to_string().as_str() {
                "future" | "futures" | "futures_util" => true,
                "Ready" => {
                    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '<')
                }
                name => name.ends_with("Future") || name.ends_with("Fut"),
            },
            _ => false,
        };
        if is_future {
            return true;
        }
    }
    false
}

/// By value `self` is one more extractor to axum; nobody can extract a reference or an `Arc`.
fn is_extractor(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Value => true,
        ReceiverKind::Typed(_, ty) => {
            ["Self", "Box < Self >"].contains(&ty.to_token_stream().to_string().as_str())
        }
        _ => false,
    }
}

/// What a function is to the block around it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Handler,
    /// It can be routed as a handler can, and its parameters cannot be told from those of others.
    ReturnsFuture,
    /// It could be routed, and has a `#[test]` of any kind. That is a name, and names are anybody's,
    /// so the block makes sure that it is there in tests only.
    Test,
    Bystander,
}

impl Role {
    pub(super) fn of(handler: &Handler, has_guard: bool) -> Self {
        let is_test =
            |attr: &Attribute| attr.path().segments.last().is_some_and(|name| name.ident == "test");
        let is_async = handler.sig.asyncness.is_some();
        let returns_future = match &handler.sig.output {
            ReturnType::Type(_, ty) => mentions_future(ty.to_token_stream()),
            ReturnType::Default => false,
        };
        let can_be_routed =
            is_async || returns_future && handler.sig.receiver().is_none_or(is_extractor);
        if has_guard || handler.marked().next().is_some() {
            Self::Handler
        } else if !can_be_routed {
            Self::Bystander
        } else if handler.attrs.iter().any(is_test) {
            Self::Test
        } else if is_async {
            Self::Handler
        } else {
            Self::ReturnsFuture
        }
    }

    /// `#[public]` on this function.
    pub(super) fn check_public(
        self,
        public: &Attribute,
        has_guard: bool,
        handler: &Handler,
        errors: &mut Errors,
    ) {
        if let Self::Test | Self::Bystander = self {
            errors.push(public::needless(public));
        }
        if has_guard {
            errors.push(error(
                public.path(),
                "a handler is guarded or public; remove one of the two attributes",
            ));
        }
        for marked in handler.marked() {
            let name = marked.marker.path().to_token_stream();
            errors.push(error(
                marked.marker.path(),
                format!("no token comes to a public handler; remove the `#[{name}]` parameter, or `#[public]`"),
            ));
        }
    }
}
