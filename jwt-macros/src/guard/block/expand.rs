//! The handlers of a block, each guarded as if it stood alone.

use darling::Error;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Generics, parse_quote};

use super::parse::{Block, Member, Other, Place};
use super::public;
use super::role::Role;
use super::tighten::Demand;
use crate::diagnostics::{Errors, error};
use crate::guard::expand::{expand as expand_one, fallback};
use crate::guard::handler::{Handler, guard_attribute};
use crate::guard::model::{Asks, Attr};
use crate::guard::validate::{mentions, validate};
use crate::runtime_path::Runtime;

/// The block, guarded, and every mistake in it; `errors` holds those of its attribute.
pub(super) fn expand(
    mut demand: Demand,
    mut block: Block,
    mut errors: Errors,
) -> (Vec<Error>, TokenStream) {
    check_attributes(&block, &mut errors);
    block.attrs.retain(|attr| guard_attribute(attr).is_none() && !public::is_public(attr));
    demand.check_on_block(&block.head.place, &mut errors);
    let mistakes = errors.into_inner();
    let mut guarding = Guarding {
        is_broken: !mistakes.is_empty(),
        guarded: 0,
        lacks_type: false,
        names: Vec::new(),
        mistakes,
    };
    let tokens = guarding.block(&demand, &block);
    let names = guarding.names();
    if guarding.guarded == 0 && guarding.mistakes.is_empty() {
        guarding.mistakes.push(error(
            &block.head.keyword,
            "no `async fn` is here that is not `#[public]`, so this guards nothing; remove the attribute",
        ));
    }
    let cfg = block.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let names = names.map(|names| quote!(#(#cfg)* #names));
    (guarding.mistakes, quote!(#tokens #names))
}

fn check_attributes(block: &Block, errors: &mut Errors) {
    for attr in &block.attrs {
        if guard_attribute(attr).is_some() {
            errors.push(error(
                attr.path(),
                "a block has one guard; write the conditions of both into one attribute",
            ));
        }
        if public::is_public(attr) {
            errors.push(error(attr.path(), "a block is guarded or public; remove one of the two"));
        }
    }
}

/// What was found on the way through a block.
struct Guarding {
    /// What the block asks is not known in full, and nothing is built from it.
    is_broken: bool,
    guarded: usize,
    /// A handler of the present `impl` block cannot say which type it belongs to.
    lacks_type: bool,
    /// A use of each attribute that was taken away in the present scope: rustc would call the
    /// user's own `use` of it unused.
    names: Vec<TokenStream>,
    mistakes: Vec<Error>,
}

impl Guarding {
    fn block(&mut self, demand: &Demand, block: &Block) -> TokenStream {
        if let Place::Trait(of) = &block.head.place {
            self.mistakes.push(error(
                of,
                "a trait says what parameters its functions have, and a guard is one more; write the handlers into an `impl` block without a trait",
            ));
        }
        let is_scope = matches!(block.head.place, Place::Module);
        let names_outside = if is_scope { std::mem::take(&mut self.names) } else { Vec::new() };
        let mut members: Vec<TokenStream> = block
            .members
            .iter()
            .map(|member| match member {
                Member::Function(handler) => {
                    self.function(demand, &block.head.place, (**handler).clone())
                }
                Member::Block(block) => self.nested(demand, block),
                Member::Other(other) => self.other(demand, other),
            })
            .collect();
        if is_scope {
            members.extend(self.names());
            self.names = names_outside;
        }
        if let (true, Place::Type { ty, .. }) =
            (std::mem::take(&mut self.lacks_type), &block.head.place)
        {
            self.mistakes.push(error(
                ty,
                "a guard with arguments stands on one type, and this names many; add `self_type = YourType<…>`, with any one of them, to an attribute on the block",
            ));
        }
        block.with_members(&members)
    }

    fn note_names(&mut self, runtime: &Runtime, attrs: &[Attribute]) {
        let cfg = || attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
        for attr in attrs {
            let (cfg, path) = (cfg(), attr.path());
            if guard_attribute(attr).is_some() {
                self.names.push(quote_spanned!(path.span()=> #(#cfg)* use #path as _;));
            } else if public::is_public(attr) {
                let assertion = public::assert_ours(runtime, path);
                self.names.push(quote!(#(#cfg)* #assertion));
            }
        }
    }

    fn names(&mut self) -> Option<TokenStream> {
        let names = std::mem::take(&mut self.names);
        (!names.is_empty()).then(|| {
            quote! {
                #[allow(unused_imports)]
                const _: () = { #(#names)* };
            }
        })
    }

    fn nested(&mut self, demand: &Demand, block: &Block) -> TokenStream {
        let mut errors = Error::accumulator();
        let mut block = block.clone();
        self.note_names(&demand.args.runtime, &block.attrs);
        let own = Demand::take(&mut block.attrs, &mut errors);
        check_attributes(&block, &mut errors);
        block.attrs.retain(|attr| guard_attribute(attr).is_none());
        let own = own.map(|mut own| {
            own.check_on_block(&block.head.place, &mut errors);
            demand.tightened(own, &mut errors)
        });
        let mistakes = errors.into_inner();
        let is_broken = self.is_broken;
        self.is_broken |= !mistakes.is_empty();
        self.mistakes.extend(mistakes);
        let names_before = self.names.len();
        let tokens = self.block(own.as_ref().unwrap_or(demand), &block);
        for name in self.names.iter_mut().skip(names_before) {
            let cfg = block.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
            *name = quote!(#(#cfg)* #name);
        }
        self.is_broken = is_broken;
        tokens
    }

    fn function(&mut self, demand: &Demand, place: &Place, mut handler: Handler) -> TokenStream {
        let mut errors = Error::accumulator();
        self.note_names(&demand.args.runtime, &handler.attrs);
        let opted_out = public::take(&mut handler.attrs, &mut errors);
        let own = Demand::take(&mut handler.attrs, &mut errors);
        if let Place::Trait(_) = place {
            handler.strip_markers();
            handler.strip_guards();
            self.mistakes.extend(errors.into_inner());
            return handler.into_token_stream();
        }
        let role = Role::of(&handler, own.is_some());
        match (&opted_out, role) {
            (None, Role::Handler) => {
                if let (Some(key), true) =
                    (own.as_ref().and_then(|own| own.args.key("self_type")), place.is_one_type())
                {
                    errors.push(error(key, "the block names its type; remove `self_type`"));
                }
                refuse_conditional_guards(&mut handler.attrs, &mut errors);
                let demand = demand.of_handler(own, &handler, &mut errors);
                return self.handler(demand, place, handler, errors);
            }
            (None, Role::ReturnsFuture) => errors.push(error(
                &handler.sig.fn_token,
                format!(
                    "what returns a future can be routed as a handler; write `async fn {}(…)`, or `#[public]` above it",
                    handler.sig.ident
                ),
            )),
            (Some(public), role) => {
                role.check_public(public, own.is_some(), &handler, &mut errors);
            }
            (None, Role::Test) => handler.attrs.push(parse_quote!(#[cfg(test)])),
            (None, Role::Bystander) => {}
        }
        let mistakes = errors.into_inner();
        let is_as_it_was = mistakes.is_empty() || matches!(role, Role::Test | Role::Bystander);
        self.mistakes.extend(mistakes);
        match is_as_it_was {
            true => handler.into_token_stream(),
            false => fallback(demand.attr, &demand.args.runtime, handler),
        }
    }

    fn handler(
        &mut self,
        mut demand: Demand,
        place: &Place,
        handler: Handler,
        mut errors: Errors,
    ) -> TokenStream {
        self.guarded += 1;
        let (attr, runtime) = (demand.attr, demand.args.runtime.clone());
        if let Some(receiver) = handler.sig.receiver() {
            errors.push(error(
                &receiver.self_token,
                "every `async fn` here is a handler, which axum calls without `self`; take `State<…>`, or write a method into another `impl` block",
            ));
            self.mistakes.extend(errors.into_inner());
            return fallback(attr, &runtime, handler);
        }
        let mut lacks_type = false;
        if let Place::Type { ty, .. } = place {
            lacks_type = demand.args.self_type.is_none() && !place.is_one_type();
            demand.args.self_type.get_or_insert_with(|| ty.clone());
        }
        let guard = validate(attr, demand.args, &handler, &mut errors);
        if let (Asks::Policy(_), Place::Type { generics, .. }) = (&guard.asks, place) {
            check_claims_of_block(generics, &handler, &mut errors);
        }
        lacks_type &= matches!(guard.asks, Asks::Policy(_));
        self.lacks_type |= lacks_type;

        let mistakes = errors.into_inner();
        let is_sound = !self.is_broken && !lacks_type && mistakes.is_empty();
        self.mistakes.extend(mistakes);
        match is_sound {
            true => expand_one(&guard, handler),
            false => fallback(attr, &runtime, handler),
        }
    }

    fn other(&mut self, demand: &Demand, other: &Other) -> TokenStream {
        let mut errors = Error::accumulator();
        let Other { mut attrs, tokens, refusal, may_hold_handlers } = other.clone();
        self.note_names(&demand.args.runtime, &attrs);
        match public::take(&mut attrs, &mut errors) {
            Some(public) if !may_hold_handlers => errors.push(public::needless(&public)),
            None => errors.extend(refusal.map(Error::from)),
            Some(_) => {}
        }
        self.mistakes.extend(errors.into_inner());
        quote!(#(#attrs)* #tokens)
    }
}

/// A policy is written outside of the block's functions, where its type parameters are unknown.
fn check_claims_of_block(generics: &Generics, handler: &Handler, errors: &mut Errors) {
    for parameter in generics.type_params() {
        let name = parameter.ident.to_string();
        for marked in handler.marked() {
            if mentions(marked.parameter.ty.to_token_stream(), &name) {
                errors.push(error(
                    &marked.parameter.ty,
                    format!(
                        "arguments that check the token need a concrete claims type, and `{name}` is a parameter of the block; name a type, or remove the arguments"
                    ),
                ));
            }
        }
    }
}

/// A guard that `cfg_attr` brings comes when this one is done, on top of it.
fn refuse_conditional_guards(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    let names = || Attr::ALL.map(Attr::name).into_iter().chain(["public"]);
    let conditional_guards = attrs.extract_if(.., |attr| {
        attr.path().is_ident("cfg_attr")
            && names().any(|name| mentions(attr.meta.to_token_stream(), name))
    });
    for attr in conditional_guards {
        errors.push(error(
            attr.path(),
            "within a guarded block a guard does not depend on `cfg_attr`; write the function once for each `#[cfg]`",
        ));
    }
}
