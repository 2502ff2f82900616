//! A scope type as tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Scope, ScopeType};

pub(super) fn expand(scopes: &ScopeType) -> TokenStream {
    let arms = scopes.scopes.iter().map(|Scope { ident, token }| quote!(Self::#ident => #token));
    impls(scopes, &quote!(match self { #(#arms,)* }))
}

/// The impls after a mistake, so that the mistake is the only thing rustc has to say. They never
/// run, as a `compile_error!` stands beside them.
pub(super) fn fallback(scopes: &ScopeType) -> TokenStream {
    impls(scopes, &quote!(::core::unimplemented!()))
}

fn impls(scopes: &ScopeType, token: &TokenStream) -> TokenStream {
    let ScopeType { runtime, ident, generics, .. } = scopes;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let scope = runtime.scope();
    quote! {
        #[automatically_derived]
        impl #impl_generics #scope for #ident #ty_generics #where_clause {
            fn as_str(&self) -> &'static ::core::primitive::str {
                #token
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::convert::AsRef<::core::primitive::str>
            for #ident #ty_generics #where_clause
        {
            fn as_ref(&self) -> &::core::primitive::str {
                #scope::as_str(self)
            }
        }

        #[automatically_derived]
        impl #impl_generics ::core::fmt::Display for #ident #ty_generics #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(#scope::as_str(self))
            }
        }
    }
}
