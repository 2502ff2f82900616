//! What a block asks and what a handler in it asks for itself, as one: both together, never less.

use darling::Error;
use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Meta, parse_quote};

use super::parse::Place;
use crate::arguments::Keyed;
use crate::diagnostics::{Errors, error};
use crate::guard::args::Args;
use crate::guard::handler::{Handler, guard_attribute};
use crate::guard::model::Attr;

/// One attribute as it was read, before it is known of which handler.
#[derive(Clone, Debug)]
pub(super) struct Demand {
    pub(super) attr: Attr,
    span: Span,
    pub(super) args: Args,
}

impl Demand {
    pub(super) fn read(attr: Attr, arguments: TokenStream, errors: &mut Errors) -> Self {
        Self { attr, span: Span::call_site(), args: Args::parse(attr, arguments, errors) }
    }

    /// Takes the first guard out of `attrs`, and leaves any other to be refused.
    pub(super) fn take(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Option<Self> {
        let position = attrs.iter().position(|attr| guard_attribute(attr).is_some())?;
        let written = attrs.remove(position);
        let (attr, span) = (guard_attribute(&written)?, written.path().span());
        let arguments = match written.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens,
            Meta::NameValue(assigned) => {
                let message = format!(
                    "the arguments of a guard stand in parentheses; write `#[{}(…)]`",
                    attr.name()
                );
                errors.push(error(&assigned.eq_token, message));
                TokenStream::new()
            }
        };
        Some(Self { span, ..Self::read(attr, arguments, errors) })
    }

    /// What no attribute on a block may say.
    pub(super) fn check_on_block(&mut self, place: &Place, errors: &mut Errors) {
        if let Some(optional) = self.args.optional.take() {
            errors.push(error(
                &optional,
                "a block asks every request for a token; write `#[jwt_required(optional)]` on a handler outside of it",
            ));
        }
        if let Some(any_type) = self.args.any_type.take() {
            errors.push(error(
                &any_type,
                "a block asks for tokens of one kind; write `#[jwt_required(any_type)]` on a handler outside of it",
            ));
        }
        if let Some(key) = self.args.key("self_type") {
            let message = match place {
                Place::Module => {
                    "a `mod` is no type; write `self_type` on an attribute of the `impl` block"
                }
                Place::Type { .. } if place.is_one_type() => {
                    "the block names its type; remove `self_type`"
                }
                _ => return,
            };
            errors.push(error(key, message));
        }
    }

    /// What is asked of the token in front of `handler`, which may have an attribute of its own.
    pub(super) fn of_handler(
        &self,
        own: Option<Self>,
        handler: &Handler,
        errors: &mut Errors,
    ) -> Self {
        let mut block = self.clone();
        let is_marked = handler.marked().next().is_some();
        if is_marked {
            // Its type is the claims type; the block's is for handlers that name none.
            block.args.claims = None;
        }
        let block_condition = block.args.condition_keys.first().cloned();
        let mut demand = match own {
            Some(own) => block.tightened(own, errors),
            None => block,
        };
        if let (false, None, Some(key)) = (is_marked, &demand.args.claims, block_condition) {
            errors.push(error(
                &handler.sig.ident,
                format!(
                    "the block's `{key}` needs a claims type; add a `#[claims] user: YourClaims` parameter, or `claims = YourClaims` to the block"
                ),
            ));
            demand.args.claims = Some(Keyed { key, value: parse_quote!(_) });
        }
        demand
    }

    /// What `self`, on a block, and `own`, on something in it, ask together.
    pub(super) fn tightened(&self, own: Self, errors: &mut Errors) -> Self {
        let refusals = self.refusals(&own);
        if !refusals.is_empty() {
            errors.extend(refusals);
            let claims = own.args.claims.or_else(|| self.args.claims.clone());
            return Self { args: Args { claims, ..own.args }, ..own };
        }
        let (attr, span) = (own.attr, own.span);
        let (block, own) = (self.args.clone(), own.args);
        let args = Args {
            runtime: if own.key("crate").is_some() { own.runtime } else { block.runtime },
            keys: [block.keys, own.keys].concat(),
            optional: None,
            lenient: false,
            any_type: None,
            claims: own.claims.or(block.claims),
            condition_keys: [block.condition_keys, own.condition_keys].concat(),
            conditions: [block.conditions, own.conditions].concat(),
            authorize: own.authorize.or(block.authorize),
            max_age: own.max_age.or(block.max_age),
            locations: own.locations.or(block.locations),
            issuer: own.issuer.or(block.issuer),
            audience: own.audience.or(block.audience),
            auth: own.auth.or(block.auth),
            state: own.state.or(block.state),
            self_type: own.self_type.or(block.self_type),
            skip_revocation: block.skip_revocation,
        };
        Self { attr, span, args }
    }

    /// Why `own` asks for less than `self`, or for something else.
    fn refusals(&self, own: &Self) -> Vec<Error> {
        let mut refusals = Vec::new();
        let (block, here) = (self.attr.written(), own.attr.written());
        match (self.attr, own.attr) {
            (Attr::Access, Attr::Access | Attr::Fresh)
            | (Attr::Fresh, Attr::Fresh)
            | (Attr::Refresh, Attr::Refresh) => {}
            (Attr::Fresh, Attr::Access) => refusals.push(error(
                &own.span,
                "the block asks for a fresh token, and a handler in it for no less; write `#[fresh_jwt_required]`",
            )),
            (Attr::Refresh, _) | (_, Attr::Refresh) => refusals.push(error(
                &own.span,
                format!(
                    "no token passes `{here}` and the block's `{block}`; write this outside of the block"
                ),
            )),
        }
        if let Some(optional) = &own.args.optional {
            refusals.push(error(
                optional,
                "the block asks every request for a token, and `optional` does not; write this handler outside of the block",
            ));
        }
        if let Some(any_type) = &own.args.any_type {
            refusals.push(error(
                any_type,
                "the block asks for an access token, and `any_type` does not; write this handler outside of the block",
            ));
        }
        for key in &own.args.keys {
            let is_in_both = self.args.keys.contains(key);
            if is_in_both && !tightens(key, own) {
                let message = format!("the block says `{key}` already; remove it here");
                refusals.push(error(key, message));
            } else if !is_in_both && key == "skip_revocation" {
                refusals.push(error(
                    key,
                    "the block asks the store, and `skip_revocation` does not; write this handler outside of the block",
                ));
            }
        }
        if let (Some(block), Some(here), Some(key)) =
            (&self.args.max_age, &own.args.max_age, own.args.key("max_age"))
            && here.0 >= block.0
        {
            refusals.push(error(
                key,
                format!(
                    "the block asks for a login at most {} seconds ago; write a shorter `max_age`, or remove it here",
                    block.0
                ),
            ));
        }
        refusals
    }
}

/// Whether an argument may stand on a block and on a handler in it, and means more there.
fn tightens(key: &Ident, own: &Demand) -> bool {
    // One function decides about a request.
    let is_condition = own.args.condition_keys.contains(key) && key != "authorize";
    key == "max_age" || is_condition
}
