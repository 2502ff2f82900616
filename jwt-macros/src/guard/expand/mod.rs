//! A guard and its handler as tokens.
//!
//! The handler stays where it is and keeps its body; only its parameters change. A policy goes
//! beside it, never into it, so that a macro which copies the function (`#[debug_handler]`) does
//! not copy the policy.

mod fallback;
mod policy;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, PatType, Type, parse_quote, parse_quote_spanned};

use super::handler::Handler;
use super::model::{Asks, Guard, Receives, User};
use crate::runtime_path::{Item, Runtime};

pub(super) use self::fallback::fallback;

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
    let tolerated = handler.sig.inputs.len() <= TOLERATED_BY_CLIPPY;
    let parameter = first_parameter(guard, &mut handler, &received, &guard_type);
    handler.sig.inputs.insert(0, parameter);
    if tolerated && handler.sig.inputs.len() > TOLERATED_BY_CLIPPY {
        handler.attrs.push(parse_quote!(#[allow(clippy::too_many_arguments)]));
    }
    quote!(#handler #policy #state)
}

/// Takes the marked parameters out of the handler and makes one of them, which is the guard.
fn first_parameter(
    guard: &Guard,
    handler: &mut Handler,
    received: &Type,
    guard_type: &TokenStream,
) -> FnArg {
    let inputs: Vec<FnArg> = std::mem::take(&mut handler.sig.inputs).into_iter().collect();
    let token_index = match guard.receives {
        Receives::Parameter { index, .. } => Some(index),
        Receives::Nothing { .. } => None,
    };
    let user_index = guard.user.as_ref().map(|user| user.index);
    let (mut token, mut user) = (None, None);
    for (index, input) in inputs.into_iter().enumerate() {
        match input {
            FnArg::Typed(parameter) if Some(index) == token_index => token = Some(parameter),
            FnArg::Typed(parameter) if Some(index) == user_index => user = Some(parameter),
            input => handler.sig.inputs.push(input),
        }
    }
    let runtime = &guard.runtime;
    FnArg::Typed(match (token, user) {
        (token, Some(user)) => guarded_user(runtime, token, user, guard_type),
        (Some(token), None) => guarded(runtime, token, guard_type),
        (None, None) => guarded_nothing(runtime, received, guard_type),
    })
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

/// `_: Guarded<G>`
fn guarded_nothing(runtime: &Runtime, received: &Type, guard_type: &TokenStream) -> PatType {
    let span = Span::mixed_site().located_at(received.span());
    let guarded = runtime.guarded().at(span);
    parse_quote_spanned!(span=> _: #guarded<#guard_type>)
}

/// `pattern: T` and `user: U` become `GuardedUser(pattern, user): GuardedUser<G, U>`.
fn guarded_user(
    runtime: &Runtime,
    token: Option<PatType>,
    user: PatType,
    guard_type: &TokenStream,
) -> PatType {
    let PatType { attrs, pat, colon_token, ty } = user;
    let guarded = runtime.guarded_user().at(ty.span());
    let (mut all_attrs, token_pat) = match token {
        Some(token) => (token.attrs, token.pat),
        None => (Vec::new(), parse_quote_spanned!(pat.span()=> _)),
    };
    all_attrs.extend(attrs);
    PatType {
        attrs: all_attrs,
        pat: Box::new(parse_quote_spanned!(pat.span()=> #guarded(#token_pat, #pat))),
        colon_token,
        ty: Box::new(parse_quote_spanned!(ty.span()=> #guarded<#guard_type, #ty>)),
    }
}

/// The type that the handler receives of the token, or would receive if it had the parameter.
fn received(guard: &Guard) -> Type {
    let runtime = &guard.runtime;
    match (&guard.receives, &guard.user) {
        (Receives::Parameter { ty, .. }, _) => ty.clone(),
        (Receives::Nothing { claims: Some(claims) }, _) => {
            let unbound = runtime.unbound().at(claims.span());
            parse_quote_spanned!(claims.span()=> #unbound<#claims>)
        }
        (Receives::Nothing { claims: None }, Some(user)) => unbound_user(runtime, &user.ty),
        (Receives::Nothing { claims: None }, None) => hidden(runtime),
    }
}

/// The claims by which a user of type `user` is looked up, for the guard alone.
fn unbound_user(runtime: &Runtime, user: &Type) -> Type {
    let span = Span::mixed_site().located_at(user.span());
    let (unbound, claims) = (runtime.unbound().at(span), runtime.user_claims().at(span));
    parse_quote_spanned!(span=> #unbound<#claims<#user>>)
}

/// No claims at all: the token has to be good, and that is it.
fn hidden(runtime: &Runtime) -> Type {
    let (unbound, none) = (runtime.unbound(), runtime.no_claims());
    parse_quote!(#unbound<#none>)
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

/// Constants with a name, as `const _` is not allowed in an `impl` block.
fn assert_state(guard: &Guard, state: &Type, handler: &Handler) -> TokenStream {
    let runtime = &guard.runtime;
    let auth = match &guard.asks {
        Asks::Policy(policy) => policy::auth(runtime, policy),
        Asks::Preset => runtime.jwt_auth().into_token_stream(),
    };
    let assert_state = runtime.assert_state().at(state.span());
    let has_auth = quote!(#assert_state::<#state, #auth>());
    let has_users = guard.user.as_ref().map(|User { ty, .. }| {
        let assert_user_state = runtime.assert_user_state().at(state.span());
        quote!(#assert_user_state::<#state, #ty>())
    });
    let names = ["STATE", "USER_STATE"].map(|what| constant_name(what, handler));
    let constants = names.into_iter().zip([has_auth].into_iter().chain(has_users));
    constants
        .map(|(name, assertion)| {
            let cfg = cfgs(handler);
            quote! {
                #(#cfg)*
                #[doc(hidden)]
                #[allow(dead_code, non_upper_case_globals)]
                const #name: () = #assertion;
            }
        })
        .collect()
}
