//! What a `macro_rules!` hands on (`$claims:ty`, `$body:block`) comes in invisible groups, and is
//! read as if it were written out; what stands in visible parentheses is as well.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::quote;

use super::printed::take_mistakes;
use crate::claims;
use crate::guard::{self, Attr};

/// `tokens` as one fragment, and in parentheses.
fn wrapped(tokens: &TokenStream) -> [TokenStream; 2] {
    let fragment = Group::new(Delimiter::None, tokens.clone());
    let parentheses = Group::new(Delimiter::Parenthesis, tokens.clone());
    [quote!(#fragment), quote!(#parentheses)]
}

fn messages(attr: Attr, arguments: TokenStream, item: TokenStream) -> Vec<String> {
    let mut mistakes = Vec::new();
    let expansion = guard::expand(attr, arguments, item);
    take_mistakes(expansion, proc_macro2::Span::call_site(), &mut mistakes);
    mistakes.into_iter().map(|mistake| mistake.message).collect()
}

fn handler(parameter: &TokenStream) -> TokenStream {
    quote!(async fn me(#[claims] user: #parameter) {})
}

#[test]
fn types_are_judged_in_spite_of_groups() {
    for (attr, ty) in [
        (Attr::Access, quote!(Option<User>)),
        (Attr::Fresh, quote!(Option<User>)),
        (Attr::Access, quote!(RefreshToken<User>)),
        (Attr::Refresh, quote!(AccessToken<User>)),
        (Attr::Access, quote!(Jwt<User>)),
        (Attr::Access, quote!(FreshJwt<User>)),
        (Attr::Refresh, quote!(RefreshJwt<User>)),
        (Attr::Access, quote!(&User)),
        (Attr::Access, quote!(impl Claims)),
    ] {
        let written_out = messages(attr, quote!(), handler(&ty));
        assert_eq!(written_out.len(), 1, "{ty}: {written_out:?}");
        for wrapped in wrapped(&ty) {
            assert_eq!(messages(attr, quote!(), handler(&wrapped)), written_out, "{wrapped}");
        }
    }
}

#[test]
fn types_in_an_option_are_judged_in_spite_of_groups() {
    for inner in wrapped(&quote!(RefreshToken<User>)) {
        let ty = quote!(Option<#inner>);
        assert_eq!(messages(Attr::Access, quote!(optional), handler(&ty)).len(), 1, "{ty}");
        assert!(messages(Attr::Refresh, quote!(), handler(&inner)).is_empty(), "{inner}");
    }
    for good in [quote!(User), quote!(Token<User>), quote!([u8; 4]), quote!(Wrapper<Option<User>>)]
    {
        assert_eq!(messages(Attr::Access, quote!(), handler(&good)), [""; 0], "{good}");
    }
}

#[test]
fn values_are_read_in_spite_of_groups() {
    let fragment = |tokens: TokenStream| wrapped(&tokens)[0].clone();
    let (scope, role) = (fragment(quote!("orders:read")), fragment(quote!(Role::Admin)));
    let (closure, age) = (fragment(quote!(|user: &User| user.ok)), fragment(quote!("5m")));
    let arguments = quote!(
        all_scopes(#scope), any_role(#role), require = #closure, max_age = #age, issuer = #scope
    );
    let good = messages(Attr::Fresh, arguments, handler(&quote!(User)));
    assert_eq!(good, [""; 0]);
    let twice = quote!(all_scopes(#scope, "orders:read"), any_role(#role, Role::Admin));
    assert_eq!(messages(Attr::Access, twice, handler(&quote!(User))).len(), 2);
}

#[test]
fn attributes_are_seen_in_spite_of_groups() {
    for value in [quote!(A), quote!(all(A))] {
        let value = wrapped(&value)[0].clone();
        for arguments in [
            quote!(policy = any(B, #[cfg(any())] #value)),
            quote!(policy = #[cfg(any())] #value),
            quote!(any_role(B, #[cfg(any())] #value)),
        ] {
            let message = "a value has no attributes; remove this one";
            let written = arguments.to_string();
            assert_eq!(
                messages(Attr::Access, arguments, handler(&quote!(User))),
                [message],
                "{written}"
            );
        }
    }
}

#[test]
fn names_on_the_wire_are_read_in_spite_of_groups() {
    let reserved = wrapped(&quote!("type"))[0].clone();
    for rename in [quote!(rename = #reserved), quote!(rename(deserialize = #reserved))] {
        let item = quote!(
            struct User {
                sub: String,
                #[serde(#rename)]
                kind: String,
            }
        );
        let mut mistakes = Vec::new();
        take_mistakes(claims::expand(item), proc_macro2::Span::call_site(), &mut mistakes);
        assert!(mistakes[0].message.starts_with("the claim `type` belongs to the library"));
    }
}

#[test]
fn bodies_are_blocks_or_fragments() {
    let block = quote!({ 1 });
    let [fragment, parentheses] = wrapped(&block);
    let body = |body: &TokenStream| messages(Attr::Access, quote!(), quote!(async fn me() #body));
    assert_eq!(body(&block), [""; 0]);
    assert_eq!(body(&fragment), [""; 0]);
    for no_body in [quote!(;), quote!(), parentheses, quote!({} {}), quote!([])] {
        assert_eq!(body(&no_body).len(), 1, "{no_body}");
    }
}
