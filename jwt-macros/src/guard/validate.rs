//! Arguments and handler together make a guard, or a list of mistakes.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, GenericParam, Ident, Signature, Type};

use super::args::Args;
use super::handler::{Handler, Mark, Marked};
use super::model::{Asks, Attr, Condition, Guard, Policy, Receives, User};
use super::received::{Received, option_name, owned, received_name, written};
use crate::diagnostics::{Errors, error};

/// Resolves what was written; meaningless unless `errors` stays empty.
pub(super) fn validate(attr: Attr, args: Args, handler: &Handler, errors: &mut Errors) -> Guard {
    handler.check(attr, errors);
    let token = handler.marked_as(Mark::Token);
    // A parameter with both marks is refused for that, and read as the first kind.
    let user = handler
        .marked_as(Mark::User)
        .filter(|user| token.is_none_or(|token| token.index != user.index));
    check_optional(attr, &args, token.into_iter().chain(user), errors);
    check_any_type(&args, errors);
    check_claims_type(&args, token, user, errors);
    if let Some(token) = token {
        check_type(token, errors);
        check_kind(attr, args.any_type.is_some(), &token.parameter.ty, errors);
    }
    if let Some(user) = user {
        check_type(user, errors);
        check_user(&user.parameter.ty, errors);
    }

    let Args { claims, conditions, max_age, locations, issuer, audience, auth, .. } = args;
    let policy = Policy {
        self_type: args.self_type,
        auth,
        max_age: max_age.map(|age| age.0),
        locations,
        issuer: issuer.map(|text| text.0),
        audience: audience.map(|texts| texts.0).unwrap_or_default(),
        skip_revocation: args.skip_revocation,
        any_type: args.any_type.is_some(),
        lenient: args.lenient,
        conditions,
        authorize: args.authorize.map(|authorization| authorization.0),
    };
    let asks = if policy.is_empty() {
        Asks::Preset
    } else {
        if let Some(marked) = token.or(user) {
            check_generics(&handler.sig, &marked.parameter.ty, errors);
        }
        check_parameters_in_code(&handler.sig, &policy, errors);
        match &policy.self_type {
            None => check_not_associated(handler, policy.authorize.as_ref(), errors),
            Some(ty) if mentions(ty.to_token_stream(), "Self") => errors.push(error(
                ty,
                "`Self` has no meaning where the guard stands; write the type of the `impl` block",
            )),
            Some(_) => {}
        }
        Asks::Policy(Box::new(policy))
    };
    let optional = args.optional.is_some();
    let receives = match token {
        Some(Marked { index, parameter, .. }) => {
            Receives::Parameter { index, ty: (*parameter.ty).clone() }
        }
        None => Receives::Nothing { claims: claims.map(|claims| claims.value) },
    };
    let user =
        user.map(|Marked { index, parameter, .. }| User { index, ty: (*parameter.ty).clone() });
    Guard { attr, optional, runtime: args.runtime, receives, user, asks, state: args.state }
}

/// `optional` and `Option` parameters belong together.
fn check_optional<'a>(
    attr: Attr,
    args: &Args,
    marked: impl Iterator<Item = Marked<'a>>,
    errors: &mut Errors,
) {
    let mut types = marked.map(|marked| &*marked.parameter.ty).peekable();
    if let (Some(optional), None) = (&args.optional, types.peek()) {
        errors.push(error(
            optional,
            "`optional` gives no token as `None`; add a parameter `#[claims] user: Option<YourClaims>`",
        ));
    }
    for ty in types {
        match (&args.optional, option_name(ty)) {
            (Some(optional), None) => errors.push(error(
                optional,
                format!(
                    "`optional` gives no token as `None`; write the parameter's type as `Option<{}>`",
                    written(owned(ty))
                ),
            )),
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

/// Whether a refresh token was used before, only the store knows.
fn check_any_type(args: &Args, errors: &mut Errors) {
    if let (Some(_), Some(key)) = (&args.any_type, args.key("skip_revocation")) {
        errors.push(error(
            key,
            "`skip_revocation` cannot be combined with `any_type`: only the store knows what refresh tokens were used before; remove one of them",
        ));
    }
}

/// Conditions are checked on a claims type, which is named in one place.
fn check_claims_type(
    args: &Args,
    token: Option<Marked<'_>>,
    user: Option<Marked<'_>>,
    errors: &mut Errors,
) {
    if let Some(claims) = &args.claims {
        let named = match (token, user) {
            (Some(_), _) => "the parameter already names the claims type",
            (None, Some(_)) => "the loader of the user already names the claims type",
            (None, None) => return,
        };
        errors.push(error(&claims.key, format!("{named}; remove `claims = …`")));
    } else if let (None, None, Some(condition)) = (token, user, args.condition_keys.first()) {
        errors.push(error(
            condition,
            format!(
                "`{condition}` needs a claims type; add a `#[claims] user: YourClaims` parameter or `claims = YourClaims`"
            ),
        ));
    }
}

/// The handler owns what it gets, and axum has to know the type.
fn check_type(marked: Marked<'_>, errors: &mut Errors) {
    match ungrouped(&marked.parameter.ty) {
        Type::ImplTrait(ty) => {
            let what = match marked.mark {
                Mark::Token => "the claims type",
                Mark::User => "the user's type",
            };
            let message = format!("{what} has to be known here; name it in place of `impl …`");
            errors.push(error(&ty.impl_token, message));
        }
        Type::Reference(ty) => {
            let message = format!(
                "a handler owns what its guard gives it; write `{}`",
                written(owned(&ty.elem))
            );
            errors.push(error(&ty.and_token, message));
        }
        _ => {}
    }
}

fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// The tokens of one kind never pass a guard for the other, and extractors are guards themselves.
fn check_kind(attr: Attr, any_type: bool, ty: &Type, errors: &mut Errors) {
    let Some(name) = received_name(ty) else { return };
    let here = attr.written();
    let message = match Received::of(name) {
        Received::AccessToken | Received::RefreshToken if any_type => format!(
            "`any_type` lets access and refresh tokens in, and `{name}<…>` is one kind of them; write `Token<…>`"
        ),
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

/// A user is what the application has about somebody, and not what the token says.
fn check_user(ty: &Type, errors: &mut Errors) {
    let Some(name) = received_name(ty) else { return };
    let message = match Received::of(name) {
        Received::AccessToken | Received::RefreshToken => {
            format!("`{name}<…>` is a token and not a user; write `#[token]` in place of `#[user]`")
        }
        Received::Extractor => format!(
            "`{name}<…>` asks for a token by itself; write the type that implements `LoadUser`"
        ),
        Received::Other => return,
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

/// There a name that is a parameter in the function may be a constant or a type of its own, with
/// which less would be asked than is written.
fn check_parameters_in_code(sig: &Signature, policy: &Policy, errors: &mut Errors) {
    let conditions = policy.conditions.iter().flat_map(Condition::code);
    let code = conditions.chain(&policy.authorize).map(ToTokens::to_token_stream);
    let code: Vec<TokenStream> =
        code.chain(policy.auth.as_ref().map(ToTokens::to_token_stream)).collect();
    for parameter in &sig.generics.params {
        let name = match parameter {
            GenericParam::Type(parameter) => &parameter.ident,
            GenericParam::Const(parameter) => &parameter.ident,
            GenericParam::Lifetime(_) => continue,
        };
        for found in code.iter().filter_map(|code| bare(code.clone(), name)) {
            errors.push(error(
                &found,
                format!(
                    "the guard stands outside of the function, and does not know its parameter `{name}`; name a constant or a type, or give the parameter another name"
                ),
            ));
        }
    }
}

/// `name` where it stands by itself, and not behind the `::` of a path or the `.` of a value.
fn bare(tokens: TokenStream, name: &Ident) -> Option<Ident> {
    let mut signs = String::new();
    for token in tokens {
        let is_part = signs.ends_with("::") || signs == ".";
        let found = match &token {
            TokenTree::Group(group) => bare(group.stream(), name),
            TokenTree::Ident(ident) if !is_part && ident == name => Some(ident.clone()),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        match &token {
            TokenTree::Punct(sign) => signs.push(sign.as_char()),
            _ => signs.clear(),
        }
    }
    None
}

/// Without `self_type` the policy is a type beside the handler, which no `impl` block can hold;
/// a handler that says `Self` gives away that it is in one, unless it has an `impl` of its own.
fn check_not_associated(handler: &Handler, authorize: Option<&Expr>, errors: &mut Errors) {
    let body = || handler.body.clone();
    let in_body =
        || mentions(body(), "Self") && !["impl", "trait"].iter().any(|item| mentions(body(), item));
    let outside = [handler.sig.to_token_stream(), authorize.to_token_stream()];
    if outside.into_iter().any(|tokens| mentions(tokens, "Self")) || in_body() {
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
