//! One attribute for every handler of an `impl` block or of an inline `mod`.
//!
//! `parse` reads the block without its function bodies, `tighten` puts the block's arguments and
//! those of a handler together, `expand` sends each handler through the pipeline of a single one.
//! Its members are guarded here and now, and not by attributes of their own: within the block,
//! their names may be out of scope.

mod expand;
mod parse;
mod public;
mod role;
mod tighten;

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Token, Visibility};

use self::parse::Block;
use self::tighten::Demand;
use super::model::Attr;
pub(crate) use public::outside as public_outside;

/// Whether `item` is an `impl` block or a `mod`, as far as its first words tell.
pub(super) fn is_block(item: &TokenStream) -> bool {
    let first_words = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        let _: Visibility = input.parse()?;
        let is_block = starts_block(input);
        let _: TokenStream = input.parse()?;
        Ok(is_block)
    };
    first_words.parse2(item.clone()).unwrap_or(false)
}

fn starts_block(input: ParseStream<'_>) -> bool {
    let is_start = |input: ParseStream<'_>| input.peek(Token![impl]) || input.peek(Token![mod]);
    is_start(input)
        || input.peek(Token![unsafe]) && (input.peek2(Token![impl]) || input.peek2(Token![mod]))
}

/// Expands an attribute on a block. After a mistake the result holds a `compile_error!` for each.
pub(super) fn expand(attr: Attr, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Error::accumulator();
    let demand = Demand::read(attr, arguments, &mut errors);
    let (mistakes, block) = match syn::parse2::<Block>(item.clone()) {
        Ok(block) => expand::expand(demand, block, errors),
        Err(mistake) => {
            errors.push(mistake.into());
            (errors.into_inner(), item)
        }
    };
    let mistakes = mistakes.into_iter().map(Error::write_errors);
    quote!(#(#mistakes)* #block)
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use super::{expand, is_block};
    use crate::guard::Attr;

    fn tokens(source: &str) -> TokenStream {
        source.parse().expect("tokens")
    }

    fn expansion(arguments: &str, item: &str) -> String {
        expand(Attr::Access, tokens(arguments), tokens(item)).to_string()
    }

    fn mistakes(arguments: &str, item: &str) -> usize {
        expansion(arguments, item).matches("compile_error").count()
    }

    #[test]
    fn blocks_are_told_from_handlers() {
        for block in [
            "impl Api {}",
            "#[a] /// b\n impl<T> Api<T> where T: Copy {}",
            "unsafe impl Send for Api {}",
            "pub(in super::super) mod api {}",
            "mod api;",
        ] {
            assert!(is_block(&tokens(block)), "{block}");
        }
        for other in ["async fn me() {}", "pub fn r#mod() {}", "unsafe fn me() {}", "struct A;", ""]
        {
            assert!(!is_block(&tokens(other)), "{other}");
        }
    }

    #[test]
    fn heads_are_read_to_their_end() {
        for head in [
            "impl<const N: usize> Api<{ N + 1 }> where [u8; { N }]: Sized",
            "impl <Api as Same>::Type",
            "impl<> Api",
            "impl<#[may_dangle] T> Api<T>",
            "impl<T, U> Api<T, U>",
            "impl<T> Api<T>",
            "impl<'a, T: 'a> Api<'a, T>",
            "pub(crate) mod r#type",
        ] {
            let item = format!("{head} {{ async fn me() {{}} }}");
            assert_eq!(mistakes("", &item), 0, "{head}");
            assert!(expansion("", &item).starts_with(&tokens(head).to_string()), "{head}");
        }
    }

    /// An editor completes what is still there.
    #[test]
    fn half_typed_members_are_kept_and_the_others_guarded() {
        for half_typed in [
            "async fn half() { user. }",
            "async fn half() { let x = ; if { }",
            "async fn half(#[claims] user: User, db: ) {}",
            "async fn half(user) {}",
            "async fn half()",
            "async fn half",
            "async fn",
            "const HALF: usize = ;",
            "struct Half { a: , }",
            "fn half() -> { }",
            "#[jwt_required(all_scopes(] async fn half() {}",
            "mod half { async fn }",
            "impl Half",
        ] {
            let Ok(half_typed) = half_typed.parse::<TokenStream>() else { continue };
            let item =
                format!("mod api {{ async fn before() {{}} {half_typed} async fn after() {{}} }}");
            let expansion = expansion("", &item);
            let is_named = half_typed.to_string().to_lowercase().contains("half");
            assert!(!is_named || expansion.to_lowercase().contains("half"), "{half_typed}");
            assert!(expansion.contains("async fn before (_"), "{half_typed}: {expansion}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_never_passed_on_in_silence() {
        for member in [
            "async fn half()",
            "async fn",
            "default async fn half() {}",
            "impl Half",
            "gen fn half() {}",
            "handlers!();",
            "#[path = \"a.rs\"] mod half;",
        ] {
            let item = format!("mod api {{ async fn before() {{}} {member} }}");
            assert_ne!(mistakes("", &item), 0, "{member}");
        }
    }

    #[test]
    fn mistakes_of_all_members_are_reported_together() {
        let item = "impl Api {
            #[public] async fn a(#[claims] user: User) {}
            async fn b(#[claims] user: &User) {}
            async fn c(&self) {}
            #[refresh_required] async fn d() {}
            fn e(#[claims] user: User) {}
            handlers!();
        }";
        assert_eq!(mistakes("optional, rolez()", item), 8);
    }
}
