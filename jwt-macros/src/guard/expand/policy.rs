//! The policy of a guard: an `impl` that stands beside the handler.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Type};

use super::{cfgs, constant_name, marker_name, site};
use crate::guard::handler::Handler;
use crate::guard::model::{Condition, Guard, Policy, PolicyTree, Quantifier, Scope};
use crate::runtime_path::Runtime;

pub(super) fn expand(
    guard: &Guard,
    policy: &Policy,
    handler: &Handler,
    received: &Type,
) -> TokenStream {
    let runtime = &guard.runtime;
    let cfg = cfgs(handler);
    let members = members(guard, policy, received);
    match &policy.self_type {
        None => {
            let cfg_again = cfgs(handler);
            let (vis, name, guard) = (&handler.vis, marker_name(handler), runtime.guard());
            quote! {
                #(#cfg)*
                #[doc(hidden)]
                #[allow(dead_code, non_camel_case_types, unreachable_pub)]
                #[allow(missing_copy_implementations, missing_debug_implementations)]
                #vis enum #name {}

                #(#cfg_again)*
                #[automatically_derived]
                impl #guard for #name { #members }
            }
        }
        Some(ty) => {
            // An associated constant may hold an `impl`, which an `impl` block may not.
            let (name, site) = (constant_name("GUARD", handler), site(handler));
            let guard = runtime.guard();
            quote! {
                #(#cfg)*
                #[doc(hidden)]
                #[allow(dead_code, non_upper_case_globals, non_local_definitions)]
                const #name: () = {
                    #[automatically_derived]
                    impl #guard<#site> for #ty { #members }
                };
            }
        }
    }
}

fn members(guard: &Guard, policy: &Policy, received: &Type) -> TokenStream {
    let Guard { attr, runtime, .. } = guard;
    let auth = auth(runtime, policy);
    let (kind, rules_type, rules) =
        (attr.kind(runtime, policy.any_type), runtime.rules(), rules(guard, policy));
    let check =
        (!policy.conditions.is_empty()).then(|| check(runtime, &policy.conditions, received));
    // Where rustc reports a type that is less visible than the handler.
    let span = Span::mixed_site().located_at(received.span());
    let param = quote_spanned!(span=> type Param = #received;);
    let (state, authorize) = match &policy.authorize {
        Some(path) => (state(guard), Some(authorize(runtime, path, received))),
        None => (runtime.any_state().into_token_stream(), None),
    };
    quote! {
        type Auth = #auth;
        type Kind = #kind;
        #param
        type State = #state;
        const RULES: #rules_type = #rules;
        #check
        #authorize
    }
}

/// The router's state as the attribute names it, or else the claims type.
fn state(guard: &Guard) -> TokenStream {
    match &guard.state {
        Some(state) => state.to_token_stream(),
        None => {
            let state_of = guard.runtime.state_of();
            quote!(#state_of<Self::Param, Self::Kind>)
        }
    }
}

pub(super) fn auth(runtime: &Runtime, policy: &Policy) -> TokenStream {
    match &policy.auth {
        Some(auth) => auth.to_token_stream(),
        None => runtime.jwt_auth().into_token_stream(),
    }
}

fn rules(guard: &Guard, policy: &Policy) -> TokenStream {
    let mut rules = guard.attr.rules(&guard.runtime, policy.any_type);
    if policy.lenient {
        rules.extend(quote!(.lenient()));
    } else if guard.optional {
        rules.extend(quote!(.optional()));
    }
    if let Some(seconds) = policy.max_age {
        rules.extend(quote!(.max_age(#seconds)));
    }
    if let Some(locations) = &policy.locations {
        let locations = locations.expand(&guard.runtime);
        rules.extend(quote!(.locations(#locations)));
    }
    if let Some(issuer) = &policy.issuer {
        rules.extend(quote!(.issuer(#issuer)));
    }
    if let audience @ [_, ..] = policy.audience.as_slice() {
        rules.extend(quote!(.audience(&[#(#audience),*])));
    }
    if policy.skip_revocation {
        rules.extend(quote!(.skip_revocation()));
    }
    rules
}

/// Every condition is a statement of its own: there is no precedence to get wrong. No value in them
/// can end the check as passed: what says so is no `()`.
fn check(runtime: &Runtime, conditions: &[Condition], received: &Type) -> TokenStream {
    let claims = Ident::new("claims", Span::mixed_site());
    let conditions = conditions.iter().map(|condition| {
        // The span is where rustc reports that the claims type has no roles or scopes.
        let span = Span::mixed_site().located_at(condition.key().span());
        let claims = Ident::new("claims", span);
        match condition {
            Condition::Scopes { quantifier, scopes, .. } => {
                let check = match quantifier {
                    Quantifier::All => runtime.all_scopes(),
                    Quantifier::Any => runtime.any_scope(),
                }
                .at(span);
                let scopes = scopes.iter().map(|scope| scope_name(runtime, scope));
                quote_spanned!(span=> #check(#claims, &[#(#scopes),*])?;)
            }
            Condition::Roles { quantifier, roles, .. } => {
                let check = match quantifier {
                    Quantifier::All => runtime.all_roles(),
                    Quantifier::Any => runtime.any_role(),
                }
                .at(span);
                quote_spanned!(span=> #check(#claims, &[#(#roles),*])?;)
            }
            Condition::Policy { policy, .. } => {
                let (tree, policy) = (policy_tree(runtime, policy), runtime.policy().at(span));
                quote_spanned!(span=> #policy::check(&#tree, #claims)?;)
            }
            Condition::Require { condition, .. } => {
                let require = runtime.require().at(span);
                quote_spanned!(span=> #require(#claims, #condition)?;)
            }
        }
    });
    let (result, auth_error, passed) = (runtime.result(), runtime.auth_error(), runtime.passed());
    let span = Span::mixed_site().located_at(received.span());
    let claims_of = runtime.claims_of().at(span);
    quote_spanned! {span=>
        fn check(#claims: &#claims_of<Self::Param, Self::Kind>) -> #result<#passed, #auth_error> {
            #(#conditions)*
            #result::Ok(#passed)
        }
    }
}

fn authorize(runtime: &Runtime, path: &Expr, received: &Type) -> TokenStream {
    let span = Span::mixed_site().located_at(received.span());
    let claims_of = runtime.claims_of().at(span);
    let claims_type = quote_spanned!(span=> #claims_of<Self::Param, Self::Kind>);
    let (parts, authorizing) = (runtime.parts(), runtime.authorizing());
    // The span is where rustc reports that the function is not one that can be asked; the types
    // keep it from guessing them by what the function takes.
    let span = Span::mixed_site().located_at(path.span());
    let authorize = runtime.authorize().at(span);
    quote_spanned! {span=>
        fn authorize<'a>(
            claims: &'a #claims_type,
            parts: &'a mut #parts,
            state: &'a Self::State,
        ) -> #authorizing<'a> {
            #authorize::<#claims_type, Self::State, _, _, _>(#path, claims, parts, state)
        }
    }
}

pub(super) fn scope_name(runtime: &Runtime, scope: &Scope) -> TokenStream {
    match scope {
        Scope::Literal(scope) => scope.to_token_stream(),
        Scope::Typed(scope) => {
            let span = Span::mixed_site().located_at(scope.span());
            let scope_name = runtime.scope_name().at(span);
            quote_spanned!(span=> #scope_name(&#scope))
        }
    }
}

/// Nested values, each policy held against the claims type at its own span.
fn policy_tree(runtime: &Runtime, tree: &PolicyTree) -> TokenStream {
    let nodes = |nodes: &[PolicyTree]| -> Vec<TokenStream> {
        nodes.iter().map(|node| policy_tree(runtime, node)).collect()
    };
    match tree {
        PolicyTree::All(policies) => {
            let (all, policies) = (runtime.all(), nodes(policies));
            quote!(#all((#(#policies,)*)))
        }
        PolicyTree::Any(policies) => {
            let (any, policies) = (runtime.any(), nodes(policies));
            quote!(#any((#(#policies,)*)))
        }
        PolicyTree::Not(policy) => {
            let (not, policy) = (runtime.not(), policy_tree(runtime, policy));
            quote!(#not(#policy))
        }
        PolicyTree::Named(policy) => {
            let span = Span::mixed_site().located_at(policy.span());
            let (policy_for, claims) = (runtime.policy_for().at(span), Ident::new("claims", span));
            quote_spanned!(span=> #policy_for(#claims, &#policy))
        }
    }
}
