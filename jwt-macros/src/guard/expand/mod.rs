//! A guard and its handler as tokens.
//!
//! The handler stays where it is and keeps its body; only its parameters change. A policy goes
//! beside it, never into it, so that a macro which copies the function (`#[debug_handler]`) does
//! not copy the policy.

mod policy;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, PatType, Type, parse_quote, parse_quote_spanned};

use super::handler::{Handler, MOST_PARAMETERS, is_conditional};
use super::model::{Asks, Attr, Guard, Receives};
use super::received::{Received, received_name};
use crate::runtime_path::{Item, Runtime};

/// From this many parameters on, one more brings clippy down on the user.
const TOLERATED_BY_CLIPPY: usize = 7;

pub(super) fn expand(guard: &Guard, mut handler: Handler) -> TokenStream {
    let received = received(guard);
    let policy = match &guard.asks {
        Asks::Preset => None,
        Asks::Policy(policy) => Some(policy::expand(guard, policy, &handler, &received)),
    };
    let state = guard.state.as_ref().map(|state| assert_state(guard, state, &handler));
    let guard_type = guard_type(guard, &handler, &received);

    handler.strip_markers();
    let inputs = &mut handler.sig.inputs;
    let parameter = match guard.receives {
        Receives::Parameter { index, .. } => {
            let mut inputs_before: Vec<FnArg> = std::mem::take(inputs).into_iter().collect();
            let parameter = inputs_before.remove(index);
            inputs.extend(inputs_before);
            match parameter {
                FnArg::Typed(parameter) => {
                    FnArg::Typed(guarded(&guard.runtime, parameter, &guard_type))
                }
                receiver @ FnArg::Receiver(_) => receiver,
            }
        }
        Receives::Nothing { .. } => {
            if inputs.len() == TOLERATED_BY_CLIPPY {
                handler.attrs.push(parse_quote!(#[allow(clippy::too_many_arguments)]));
            }
            FnArg::Typed(hidden(&guard.runtime, &received, &guard_type))
        }
    };
    handler.sig.inputs.insert(0, parameter);
    quote!(#handler #policy #state)
}

/// The handler after a mistake: guarded as far as it was understood, so that the mistake is the
/// only thing rustc has to say. It never runs, as a `compile_error!` stands beside it; and if it
/// did, a guard would stand in front of it all the same.
pub(super) fn fallback(attr: Attr, runtime: &Runtime, mut handler: Handler) -> TokenStream {
    let marked: Vec<usize> = handler.marked().map(|marked| marked.index).collect();
    handler.strip_markers();
    handler.strip_guards();
    handler.sig.constness = None;
    handler.sig.safety = syn::Safety::Default;
    handler.sig.abi = None;
    handler.sig.variadic = None;
    handler.sig.asyncness.get_or_insert_with(Default::default);

    let (mut receiver, mut guards, mut others) = (None, Vec::new(), Vec::new());
    for (index, input) in std::mem::take(&mut handler.sig.inputs).into_iter().enumerate() {
        let parameter = match input {
            FnArg::Typed(parameter) => parameter,
            FnArg::Receiver(_) => {
                receiver = Some(input);
                continue;
            }
        };
        match guard_of(attr, runtime, &parameter.ty) {
            Some(guard_type) if marked.contains(&index) => {
                let is_certain = !parameter.attrs.iter().any(is_conditional);
                let place = if is_certain { &mut guards } else { &mut others };
                place.push(guarded(runtime, parameter, &guard_type));
            }
            _ => others.push(parameter),
        }
    }
    if guards.is_empty() {
        let received = unbound(runtime, None);
        guards.push(hidden(runtime, &received, &preset(attr.preset(runtime), &received)));
    }
    let room = MOST_PARAMETERS.saturating_sub(guards.len());
    let parameters = guards.into_iter().chain(at_most(room, others)).map(FnArg::Typed);
    handler.sig.inputs.extend(receiver.into_iter().chain(parameters));
    handler.into_token_stream()
}

/// The parameters with those for which there is no room in one tuple, which axum extracts as well.
fn at_most(room: usize, mut parameters: Vec<PatType>) -> Vec<PatType> {
    if parameters.len() > room {
        let surplus = parameters.split_off(room.saturating_sub(1));
        let pats = surplus.iter().map(|parameter| &parameter.pat);
        let tys = surplus.iter().map(|parameter| &parameter.ty);
        parameters.push(parse_quote!((#(#pats,)*): (#(#tys,)*)));
    }
    parameters
}

/// The guard that a marked parameter of this type asks for; none if it asks for a token itself.
fn guard_of(attr: Attr, runtime: &Runtime, ty: &Type) -> Option<TokenStream> {
    let owned = match ty {
        Type::Reference(reference) => &reference.elem,
        ty => ty,
    };
    let attr = match received_name(owned).map(Received::of) {
        Some(Received::Extractor) => return None,
        Some(Received::AccessToken) => Attr::Access,
        Some(Received::RefreshToken) => Attr::Refresh,
        Some(Received::Other) | None => attr,
    };
    Some(preset(attr.preset(runtime), owned))
}

/// `pattern: T` becomes `Guarded(pattern): Guarded<G>`.
fn guarded(runtime: &Runtime, parameter: PatType, guard_type: &TokenStream) -> PatType {
    let PatType { attrs, pat, colon_token, ty } = parameter;
    let guarded = runtime.guarded().at(ty.span());
    PatType {
        attrs,
        pat: Box::new(parse_quote_spanned!(pat.span()=> #guarded(#pat))),
        colon_token,
        ty: Box::new(parse_quote_spanned!(ty.span()=> #guarded<#guard_type>)),
    }
}

/// The parameter of a handler that receives nothing from its guard.
fn hidden(runtime: &Runtime, received: &Type, guard_type: &TokenStream) -> PatType {
    let span = Span::mixed_site().located_at(received.span());
    let guarded = runtime.guarded().at(span);
    parse_quote_spanned!(span=> _: #guarded<#guard_type>)
}

/// The type that the handler receives, or would receive if it had the parameter.
fn received(guard: &Guard) -> Type {
    match &guard.receives {
        Receives::Parameter { ty, .. } => ty.clone(),
        Receives::Nothing { claims } => unbound(&guard.runtime, claims.as_ref()),
    }
}

fn unbound(runtime: &Runtime, claims: Option<&Type>) -> Type {
    let span = claims.map_or_else(Span::mixed_site, Spanned::span);
    let (unbound, none) = (runtime.unbound().at(span), runtime.no_claims());
    match claims {
        Some(claims) => parse_quote_spanned!(span=> #unbound<#claims>),
        None => parse_quote!(#unbound<#none>),
    }
}

fn guard_type(guard: &Guard, handler: &Handler, received: &Type) -> TokenStream {
    let Asks::Policy(policy) = &guard.asks else {
        return match guard.optional {
            true => preset(guard.runtime.optional(), received),
            false => preset(guard.attr.preset(&guard.runtime), received),
        };
    };
    match &policy.self_type {
        None => marker_name(handler).into_token_stream(),
        Some(ty) => {
            let (at_site, site) = (guard.runtime.at_site().at(ty.span()), site(handler));
            quote_spanned!(ty.span()=> #at_site<#ty, #site>)
        }
    }
}

fn preset(preset: Item<'_>, received: &Type) -> TokenStream {
    let span = Span::mixed_site().located_at(received.span());
    let preset = preset.at(span);
    quote_spanned!(span=> #preset<#received>)
}

fn marker_name(handler: &Handler) -> Ident {
    format_ident!("__jwt_guard_{}", handler.sig.ident.unraw(), span = Span::mixed_site())
}

/// Tells the handlers of one type apart: their names are unique within it.
fn site(handler: &Handler) -> u64 {
    // FNV-1a: stable across compilations, which a hasher of std does not promise.
    let name = handler.sig.ident.unraw().to_string();
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// `#[cfg]` of the handler, for what stands beside it.
fn cfgs(handler: &Handler) -> impl Iterator<Item = &Attribute> {
    handler.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
}

fn constant_name(what: &str, handler: &Handler) -> Ident {
    format_ident!("__JWT_{}_{}", what, handler.sig.ident.unraw(), span = Span::mixed_site())
}

/// A constant with a name, as `const _` is not allowed in an `impl` block.
fn assert_state(guard: &Guard, state: &Type, handler: &Handler) -> TokenStream {
    let name = constant_name("STATE", handler);
    let assert_state = guard.runtime.assert_state().at(state.span());
    let auth = match &guard.asks {
        Asks::Policy(policy) => policy::auth(&guard.runtime, policy),
        Asks::Preset => guard.runtime.jwt_auth().into_token_stream(),
    };
    let cfg = cfgs(handler);
    quote! {
        #(#cfg)*
        #[doc(hidden)]
        #[allow(dead_code, non_upper_case_globals)]
        const #name: () = #assert_state::<#state, #auth>();
    }
}
