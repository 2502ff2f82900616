//! The first parameter of a guarded handler, in place of those that were marked.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{FnArg, PatType, Type, parse_quote_spanned};

use super::GuardType;
use crate::guard::handler::Handler;
use crate::guard::model::{Guard, Receives};
use crate::runtime_path::Runtime;

/// Takes the marked parameters out of the handler and makes one of them, which is the guard.
pub(super) fn joined(
    guard: &Guard,
    handler: &mut Handler,
    received: &Type,
    guard_type: &GuardType,
) -> PatType {
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
    match (token, user) {
        (token, Some(user)) => guarded_user(runtime, token, user, guard_type),
        (Some(token), None) => guarded(runtime, token, guard_type),
        (None, None) => hidden(runtime, received, guard_type),
    }
}

/// `pattern: T` becomes `Guarded(pattern): Guarded<G>`.
pub(super) fn guarded(runtime: &Runtime, parameter: PatType, guard_type: &GuardType) -> PatType {
    let PatType { attrs, pat, colon_token, ty } = parameter;
    let GuardType { ty: guard, site } = guard_type;
    let guarded = runtime.guarded().at(ty.span());
    PatType {
        attrs,
        pat: Box::new(parse_quote_spanned!(pat.span()=> #guarded(#pat))),
        colon_token,
        ty: Box::new(parse_quote_spanned!(ty.span()=> #guarded<#guard #site>)),
    }
}

/// `_: Guarded<G>`, for a handler that receives nothing from its guard.
pub(super) fn hidden(runtime: &Runtime, received: &Type, guard_type: &GuardType) -> PatType {
    let span = Span::mixed_site().located_at(received.span());
    let GuardType { ty: guard, site } = guard_type;
    let guarded = runtime.guarded().at(span);
    parse_quote_spanned!(span=> _: #guarded<#guard #site>)
}

/// `pattern: T` and `user: U` become `GuardedUser(pattern, user): GuardedUser<G, U>`.
pub(super) fn guarded_user(
    runtime: &Runtime,
    token: Option<PatType>,
    user: PatType,
    guard_type: &GuardType,
) -> PatType {
    let PatType { attrs, pat, colon_token, ty } = user;
    let GuardType { ty: guard, site } = guard_type;
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
        ty: Box::new(parse_quote_spanned!(ty.span()=> #guarded<#guard, #ty #site>)),
    }
}
