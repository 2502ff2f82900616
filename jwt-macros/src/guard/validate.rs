//! Arguments and handler together make a guard, or a list of mistakes.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericParam, Signature, Type};

use super::args::Args;
use super::handler::{Handler, Marked};
use super::model::{Asks, Attr, Guard, Policy, Receives};
use super::received::{Received, option_name, received_name};
use crate::diagnostics::{Errors, error};

/// Resolves what was written; meaningless unless `errors` stays empty.
pub(super) fn validate(attr: Attr, args: Args, handler: &Handler, errors: &mut Errors) -> Guard {
    handler.check(attr, errors);
    let marked = handler.marked().next();
    check_optional(attr, &args, marked, errors);
    check_claims_type(&args, marked, errors);
    if let Some(marked) = marked {
        check_type(&marked.parameter.ty, errors);
        check_kind(attr, &marked.parameter.ty, errors);
    }

    let Args { claims, conditions, max_age, issuer, audience, auth, .. } = args;
    let policy = Policy {
        self_type: args.self_type,
        auth,
        max_age: max_age.map(|age| age.0),
        issuer: issuer.map(|text| text.0),
        audience: audience.map(|texts| texts.0).unwrap_or_default(),
        skip_revocation: args.skip_revocation,
        conditions,
    };
    let asks = if policy.is_empty() {
        Asks::Preset
    } else {
        if let Some(marked) = marked {
            check_generics(&handler.sig, &marked.parameter.ty, errors);
        }
        if policy.self_type.is_none() {
            check_not_associated(handler, errors);
        }
        Asks::Policy(Box::new(policy))
    };
    let optional = args.optional.is_some();
    let receives = match marked {
        Some(Marked { index, parameter, .. }) => {
            Receives::Parameter { index, ty: (*parameter.ty).clone() }
        }
        None => Receives::Nothing { claims: claims.map(|claims| claims.value) },
    };
    Guard { attr, optional, runtime: args.runtime, receives, asks, state: args.state }
}

/// `optional` and an `Option` parameter belong together.
fn check_optional(attr: Attr, args: &Args, marked: Option<Marked<'_>>, errors: &mut Errors) {
    let option = marked.and_then(|marked| option_name(&marked.parameter.ty));
    match (&args.optional, option) {
        (Some(optional), None) => {
            let message = match marked {
                Some(_) => "`optional` gives no token as `None`; write the parameter's type as `Option<…>`",
                None => "`optional` gives no token as `None`; add a parameter `#[claims] user: Option<YourClaims>`",
            };
            errors.push(error(optional, message));
        }
        (None, Some(option)) if attr == Attr::Access => errors.push(error(
            option,
            "without a token this guard refuses the request, so `None` never comes; write `#[jwt_required(optional)]`, or take the type without `Option`",
        )),
        (None, Some(option)) => errors.push(error(
            option,
            format!(
                "`{}` always has a token, so `None` never comes; take the type without `Option`",
                attr.written()
            ),
        )),
        _ => {}
    }
    if let (Some(_), Some(condition)) = (&args.optional, args.condition_keys.first()) {
        errors.push(error(
            condition,
            format!(
                "`{condition}` cannot be combined with `optional`: without a token there is nothing to check; remove one of them"
            ),
        ));
    }
}

/// Conditions are checked on a claims type, which is named in one place.
fn check_claims_type(args: &Args, marked: Option<Marked<'_>>, errors: &mut Errors) {
    match (marked, &args.claims) {
        (Some(_), Some(claims)) => errors.push(error(
            &claims.key,
            "the parameter already names the claims type; remove `claims = …`",
        )),
        (None, None) => {
            if let Some(condition) = args.condition_keys.first() {
                errors.push(error(
                    condition,
                    format!(
                        "`{condition}` needs a claims type; add a `#[claims] user: YourClaims` parameter or `claims = YourClaims`"
                    ),
                ));
            }
        }
        _ => {}
    }
}

/// The handler owns what it gets, and axum has to know the type.
fn check_type(ty: &Type, errors: &mut Errors) {
    match ty {
        Type::Group(group) => check_type(&group.elem, errors),
        Type::Paren(paren) => check_type(&paren.elem, errors),
        Type::ImplTrait(ty) => errors.push(error(
            &ty.impl_token,
            "the claims type has to be known here; name it in place of `impl …`",
        )),
        Type::Reference(ty) => {
            let owned = ty.elem.to_token_stream();
            let message = format!("a handler owns what its guard gives it; write `{owned}`");
            errors.push(error(&ty.and_token, message));
        }
        _ => {}
    }
}

/// The tokens of one kind never pass a guard for the other, and extractors are guards themselves.
fn check_kind(attr: Attr, ty: &Type, errors: &mut Errors) {
    let Some(name) = received_name(ty) else { return };
    let here = attr.written();
    let message = match Received::of(name) {
        Received::AccessToken if attr == Attr::Refresh => {
            format!("`{here}` takes refresh tokens only; write `RefreshToken<…>`")
        }
        Received::RefreshToken if attr != Attr::Refresh => format!(
            "`{here}` takes access tokens only; write `AccessToken<…>`, or `#[refresh_required]` on the function"
        ),
        Received::Extractor => format!(
            "`{name}<…>` asks for a token by itself; write the claims type in it, or remove `{here}` and the mark"
        ),
        _ => return,
    };
    errors.push(error(name, message));
}

/// A policy is written outside of the function, where its type parameters are unknown.
fn check_generics(sig: &Signature, ty: &Type, errors: &mut Errors) {
    for parameter in &sig.generics.params {
        if let GenericParam::Type(parameter) = parameter
            && mentions(ty.to_token_stream(), &parameter.ident.to_string())
        {
            errors.push(error(
                ty,
                format!(
                    "arguments that check the token need a concrete claims type, and `{}` is a parameter of the function; name a type, or remove the arguments",
                    parameter.ident
                ),
            ));
        }
    }
}

/// Without `self_type` the policy is a type beside the handler, which no `impl` block can hold;
/// a handler that says `Self` gives away that it is in one, unless it has an `impl` of its own.
fn check_not_associated(handler: &Handler, errors: &mut Errors) {
    let body = || handler.body.clone();
    let in_body =
        || mentions(body(), "Self") && !["impl", "trait"].iter().any(|item| mentions(body(), item));
    if mentions(handler.sig.to_token_stream(), "Self") || in_body() {
        errors.push(error(
            &handler.sig.ident,
            "in an `impl` block a guard with arguments needs to know the type; add `self_type = YourType` to the attribute, or write an attribute on the block",
        ));
    }
}

pub(super) fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        _ => false,
    })
}
