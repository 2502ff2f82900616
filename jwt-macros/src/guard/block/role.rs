//! Which functions of a block are handlers, as far as their signatures tell.

use quote::ToTokens;
use syn::{Attribute, ReturnType};

use super::public;
use crate::diagnostics::{Errors, error};
use crate::guard::handler::Handler;
use crate::guard::validate::mentions;

/// What a function is to the block around it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Handler,
    /// It can be routed as a handler can, and its parameters cannot be told from those of others.
    ReturnsFuture,
    Bystander,
}

impl Role {
    pub(super) fn of(handler: &Handler, has_guard: bool) -> Self {
        let is_test =
            |attr: &Attribute| attr.path().segments.last().is_some_and(|name| name.ident == "test");
        let returns_future = match &handler.sig.output {
            ReturnType::Type(_, ty) => {
                ["Future", "BoxFuture"].iter().any(|future| mentions(ty.to_token_stream(), future))
            }
            ReturnType::Default => false,
        };
        if has_guard || handler.marked().next().is_some() {
            Self::Handler
        } else if handler.attrs.iter().any(is_test) {
            Self::Bystander
        } else if handler.sig.asyncness.is_some() {
            Self::Handler
        } else if returns_future && handler.sig.receiver().is_none() {
            Self::ReturnsFuture
        } else {
            Self::Bystander
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
        if let Self::Bystander = self {
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
