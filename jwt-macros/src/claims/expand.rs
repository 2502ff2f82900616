//! A claims type as tokens: serde's work is done on a shadow of the struct.
//!
//! The shadow has the wire format of a token (`sub`, registered claims that are only read), and
//! `remote` makes it read and write the user's struct. So the struct may derive serde's traits
//! as well, with a format of its own.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    GenericParam, Generics, Ident, LifetimeParam, LitStr, Type, TypeParam, WherePredicate,
    parse_quote,
};

use super::model::{Claim, ClaimsType, Expected, Marked, Wire};
use super::rules;
use super::types::is_plain;
use crate::runtime_path::Runtime;

pub(super) fn expand(claims: &ClaimsType) -> TokenStream {
    let (runtime, ident) = (&claims.runtime, &claims.ident);
    let (serde, shadow) =
        (runtime.serde(), format_ident!("__Jwt{}", ident.unraw(), span = Span::mixed_site()));
    let shadow_struct = shadow_struct(claims, &shadow);
    let assertions = claims.fields.iter().filter_map(|field| assertion(claims, field));
    let expected = expected(runtime, &claims.expected);
    let check_rules = rules::check_rules(runtime, &claims.fields);
    let state = claims.state.as_ref().map(|state| assert_state(runtime, state));
    let members = quote! {
        #expected

        fn serialize_claims<__S: __jwt_serde::Serializer>(
            &self,
            serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            #shadow::serialize(self, serializer)
        }

        fn deserialize_claims<'de, __D: __jwt_serde::Deserializer<'de>>(
            deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            #shadow::deserialize(deserializer)
        }

        #check_rules
    };
    let impls = impls(claims, &members);
    quote! {
        #[doc(hidden)]
        const _: () = {
            use #serde as __jwt_serde;

            // Before the shadow, so that the first error is the readable one.
            #(const _: () = #assertions;)*
            #shadow_struct
            #state
            #impls
        };
    }
}

/// The impls after a mistake, so that the mistake is the only thing rustc has to say. They never
/// run, as a `compile_error!` stands beside them.
pub(super) fn fallback(claims: &ClaimsType) -> TokenStream {
    let serde = claims.runtime.serde();
    let members = quote! {
        fn serialize_claims<__S: #serde::Serializer>(
            &self,
            _: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            ::core::unimplemented!()
        }

        fn deserialize_claims<'de, __D: #serde::Deserializer<'de>>(
            _: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            ::core::unimplemented!()
        }
    };
    let impls = impls(claims, &members);
    quote!(const _: () = { #impls };)
}

fn impls(claims: &ClaimsType, members: &TokenStream) -> TokenStream {
    let ClaimsType { runtime, ident, generics, .. } = claims;
    let bounded = bounded(runtime, generics);
    let (impl_generics, ty_generics, where_clause) = bounded.split_for_impl();
    let claims_trait = runtime.claims();
    let state = match &claims.state {
        Some(state) => state.to_token_stream(),
        None => runtime.any_state().to_token_stream(),
    };
    let scopes = claims.scopes.as_ref().map(|scopes| has_scopes(claims, scopes));
    let roles = claims.roles.as_ref().map(|roles| has_roles(runtime, ident, generics, roles));
    quote! {
        #[automatically_derived]
        impl #impl_generics #claims_trait for #ident #ty_generics #where_clause {
            type State = #state;

            #members
        }
        #scopes
        #roles
    }
}

/// What the parameters of the type have to offer to be read from a token and written into one.
fn bounded(runtime: &Runtime, generics: &Generics) -> Generics {
    let mut bounded = generics.clone();
    let serde = runtime.serde();
    for parameter in &generics.params {
        let bound: Option<WherePredicate> = match parameter {
            GenericParam::Type(TypeParam { ident, .. }) => Some(parse_quote! {
                #ident: #serde::Serialize + #serde::de::DeserializeOwned
                    + ::core::marker::Send + ::core::marker::Sync + 'static
            }),
            // Refused before; this much keeps rustc from repeating it.
            GenericParam::Lifetime(LifetimeParam { lifetime, .. }) => {
                Some(parse_quote!(#lifetime: 'static))
            }
            GenericParam::Const(_) => None,
        };
        bounded.make_where_clause().predicates.extend(bound);
    }
    bounded
}

fn shadow_struct(claims: &ClaimsType, shadow: &Ident) -> TokenStream {
    let ClaimsType { ident, generics, serde, fields, .. } = claims;
    let where_clause = &generics.where_clause;
    // serde parses the string with the literal's hygiene, which has to be that of the struct.
    let remote = LitStr::new(&ident.to_string(), ident.span());
    let krate = LitStr::new("__jwt_serde", Span::mixed_site());
    let fields = fields.iter().map(|Claim { ident, ty, serde, wire, .. }| {
        let name = match wire {
            Wire::Subject { renamed: false } => Some(quote!(#[serde(rename = "sub")])),
            Wire::Registered { skipped: false, .. } => Some(quote!(#[serde(skip_serializing)])),
            _ => None,
        };
        quote!(#(#serde)* #name #ident: #ty)
    });
    quote! {
        #[derive(__jwt_serde::Serialize, __jwt_serde::Deserialize)]
        #[serde(crate = #krate, remote = #remote)]
        #(#serde)*
        #[allow(dead_code, deprecated, clippy::all, clippy::pedantic, clippy::nursery)]
        struct #shadow #generics #where_clause { #(#fields),* }
    }
}

fn assertion(claims: &ClaimsType, field: &Claim) -> Option<TokenStream> {
    let (runtime, ty) = (&claims.runtime, &field.ty);
    let assert = match field.wire {
        Wire::Registered { checked: Some(shape), .. } => shape.assertion(runtime),
        // A constant cannot name a type parameter; serde says the same, with more words.
        Wire::Own { checked: true } if claims.generics.params.is_empty() && !is_plain(ty) => {
            runtime.assert_claim()
        }
        _ => return None,
    };
    let assert = assert.at(ty.span());
    Some(quote_spanned!(ty.span()=> #assert::<#ty>()))
}

fn assert_state(runtime: &Runtime, state: &Type) -> TokenStream {
    let (assert, auth) = (runtime.assert_state().at(state.span()), runtime.jwt_auth());
    quote_spanned!(state.span()=> const _: () = #assert::<#state, #auth>();)
}

fn expected(runtime: &Runtime, expected: &Expected) -> Option<TokenStream> {
    let Expected { issuer, audience, leeway } = expected;
    if issuer.is_none() && audience.is_empty() && leeway.is_none() {
        return None;
    }
    let option = |value: Option<TokenStream>| match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let issuer = option(issuer.as_ref().map(|issuer| quote!(#issuer)));
    let leeway = option(leeway.map(|seconds| quote!(::core::time::Duration::from_secs(#seconds))));
    let ty = runtime.expected();
    Some(quote! {
        const EXPECTED: #ty = #ty { issuer: #issuer, audience: &[#(#audience),*], leeway: #leeway };
    })
}

fn has_scopes(claims: &ClaimsType, field: &Marked) -> TokenStream {
    let ClaimsType { runtime, ident: owner, generics, .. } = claims;
    let Marked { ident, ty } = field;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let (has_scopes, scopes) = (runtime.has_scopes(), runtime.scopes());
    let span = Span::mixed_site().located_at(ty.span());
    let members = quote_spanned!(span=> fn scopes(&self) -> &#scopes { &self.#ident });
    let grants = claims.wildcard.then(|| {
        quote! {
            fn grants(&self, required: &str) -> bool {
                #scopes::grants(#has_scopes::scopes(self), required)
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics #has_scopes for #owner #ty_generics #where_clause { #members #grants }
    }
}

fn has_roles(runtime: &Runtime, owner: &Ident, generics: &Generics, field: &Marked) -> TokenStream {
    let Marked { ident, ty } = field;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let span = Span::mixed_site().located_at(ty.span());
    let (has_roles, role_set) = (runtime.has_roles(), runtime.role_set().at(span));
    let members = quote_spanned! {span=>
        type Role = <#ty as #role_set>::Role;

        fn has_role(&self, role: &Self::Role) -> bool {
            <#ty as #role_set>::has(&self.#ident, role)
        }
    };
    quote! {
        #[automatically_derived]
        impl #impl_generics #has_roles for #owner #ty_generics #where_clause { #members }
    }
}
