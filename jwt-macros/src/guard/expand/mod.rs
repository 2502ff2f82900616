//! A guard and its handler as tokens.
//!
//! The handler stays where it is and keeps its body; only its parameters change. A policy goes
//! beside it, never into it, so that a macro which copies the function (`#[debug_handler]`) does
//! not copy the policy.

mod fallback;
#[cfg(feature = "utoipa")]
mod openapi;
mod parameter;
mod policy;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Type, parse_quote, parse_quote_spanned};

pub(super) use self::fallback::fallback;
use super::handler::Handler;
use super::model::{Asks, Guard, Receives, User};
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
    #[cfg(feature = "utoipa")]
    openapi::describe(guard, &mut handler);
    let tolerated = handler.sig.inputs.len() <= TOLERATED_BY_CLIPPY;
    let parameter = parameter::joined(guard, &mut handler, &received, &guard_type);
    handler.sig.inputs.insert(0, FnArg::Typed(parameter));
    if tolerated && handler.sig.inputs.len() > TOLERATED_BY_CLIPPY {
        handler.attrs.push(parse_quote!(#[allow(clippy::too_many_arguments)]));
    }
    quote!(#handler #policy #state)
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
        (Receives::Nothing { claims: None }, None) => nothing(runtime),
    }
}

/// The claims by which a user of type `user` is looked up, for the guard alone.
fn unbound_user(runtime: &Runtime, user: &Type) -> Type {
    let span = Span::mixed_site().located_at(user.span());
    let (unbound, claims) = (runtime.unbound().at(span), runtime.user_claims().at(span));
    parse_quote_spanned!(span=> #unbound<#claims<#user>>)
}

/// No claims at all: the token has to be good, and that is it.
fn nothing(runtime: &Runtime) -> Type {
    let (unbound, none) = (runtime.unbound(), runtime.no_claims());
    parse_quote!(#unbound<#none>)
}

/// The type that carries a guard, and where on it.
struct GuardType {
    ty: TokenStream,
    /// `, SITE`, on a type that carries several.
    site: Option<TokenStream>,
}

fn guard_type(guard: &Guard, handler: &Handler, received: &Type) -> GuardType {
    let Asks::Policy(policy) = &guard.asks else {
        return match guard.optional {
            true => preset(guard.runtime.optional(), received),
            false => preset(guard.attr.preset(&guard.runtime), received),
        };
    };
    match &policy.self_type {
        None => GuardType { ty: marker_name(handler).into_token_stream(), site: None },
        Some(ty) => {
            let site = site(handler);
            let site = quote_spanned!(ty.span()=> , #site);
            GuardType { ty: ty.into_token_stream(), site: Some(site) }
        }
    }
}

fn preset(preset: Item<'_>, received: &Type) -> GuardType {
    let span = Span::mixed_site().located_at(received.span());
    let preset = preset.at(span);
    GuardType { ty: quote_spanned!(span=> #preset<#received>), site: None }
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
