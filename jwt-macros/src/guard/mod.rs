//! `#[jwt_required]`, `#[fresh_jwt_required]`, `#[refresh_required]`: one pipeline, three names.
//!
//! `args` and `handler` read, `validate` makes a `model` of what was read, `expand` writes it.

mod arg_values;
mod args;
mod block;
mod expand;
mod handler;
mod locations;
mod model;
mod policy_tree;
mod received;
mod validate;

use darling::Error;
use proc_macro2::TokenStream;
use quote::quote;

use self::args::Args;
pub(crate) use self::block::public_outside;
use self::handler::Handler;
pub(crate) use self::model::Attr;

/// Expands an attribute on `item`. After a mistake the result holds a `compile_error!` for each.
pub(crate) fn expand(attr: Attr, arguments: TokenStream, item: TokenStream) -> TokenStream {
    if block::is_block(&item) {
        return block::expand(attr, arguments, item);
    }
    let mut errors = Error::accumulator();
    let args = Args::parse(attr, arguments, &mut errors);
    let runtime = args.runtime.clone();

    let handler = match syn::parse2::<Handler>(item.clone()) {
        Ok(handler) => handler,
        Err(mistake) => {
            let mistakes = errors.into_inner().into_iter().map(Error::write_errors);
            let mistake = mistake.into_compile_error();
            return quote!(#(#mistakes)* #mistake #item);
        }
    };

    let guard = validate::validate(attr, args, &handler, &mut errors);
    match errors.finish() {
        Ok(()) => expand::expand(&guard, handler),
        Err(mistakes) => {
            let mistakes = mistakes.write_errors();
            let handler = expand::fallback(attr, &runtime, handler);
            quote!(#mistakes #handler)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Attr, expand};

    /// The errors of an expansion; panics where rustc would report a panic of the macro.
    fn mistakes(arguments: &str, item: &str) -> usize {
        let [arguments, item] = [arguments, item].map(|tokens| tokens.parse().expect("tokens"));
        let expansion = expand(Attr::Access, arguments, item).to_string();
        expansion.matches("compile_error").count()
    }

    #[test]
    fn malformed_arguments_are_refused() {
        for arguments in [
            "=",
            ",",
            ",,",
            "optional,,",
            "optional()",
            "optional(lenient,)",
            "optional(lenient lenient)",
            "optional = lenient",
            "any_type(refresh)",
            "::",
            "()",
            "1",
            "crate",
            "crate = ::",
            "crate = \"jwt_runtime\"",
            "crate = $",
            "claims =",
            "claims = ,",
            "claims == User",
            "claims => User",
            "claims = User User",
            "claims = <",
            "any_role",
            "any_role = Role::Admin",
            "any_role(,)",
            "any_role(Role::)",
            "any_role[]",
            "any_role{}",
            "all_scopes(\"a\",,)",
            "all_scopes(b\"a\")",
            "all_scopes(\"a\" \"b\")",
            "all_scopes(1)",
            "all_scopes(A..B)",
            "policy",
            "policy = ",
            "policy = fn()",
            "policy = any(,)",
            "policy = any(all())",
            "policy = not()",
            "policy(A)",
            "locations",
            "locations(,)",
            "locations(::header)",
            "locations(header::a)",
            "locations(r#header header)",
            "require",
            "require = |",
            "require = ||",
            "require(is_admin)",
            "issuer = b\"a\"",
            "audience()",
            "audience = (\"a\")",
            "r#optional(1)",
        ] {
            assert_ne!(mistakes(arguments, "async fn me() {}"), 0, "{arguments}");
        }
    }

    /// `macro_rules!` puts them around what it matched as an expression.
    #[test]
    fn invisible_parentheses_hide_nothing() {
        use proc_macro2::{Delimiter, Group, TokenStream};
        use quote::quote;

        let expanded = |name: &str, value: TokenStream| {
            let name: TokenStream = name.parse().expect("tokens");
            let value = Group::new(Delimiter::None, value);
            let arguments = quote!(all_scopes("a"), #name = #value, any_scope("b"));
            let item = quote!(
                async fn me(#[claims] user: User) {}
            );
            expand(Attr::Access, arguments, item).to_string()
        };
        for (name, value) in [
            ("policy", quote!(all(A))),
            ("policy", quote!(A)),
            ("require", quote!(|user: &User| user.a || user.b)),
            ("require", quote!(is_admin)),
            ("auth", quote!(Map<String, Value>)),
        ] {
            let expansion = expanded(name, value.clone());
            assert!(!expansion.contains("compile_error"), "{name} = {value}: {expansion}");
            for part in ["\"a\"", "\"b\"", &value.to_string()[..1]] {
                assert!(expansion.contains(part), "{name} = {value}: {expansion}");
            }
        }
        for (name, value) in [
            ("require", quote!(user.a == b)),
            ("require", quote!(check(a))),
            ("policy", quote!(A || B)),
            ("policy", quote!(A + B)),
            ("auth", quote!(a.b)),
            ("issuer", quote!(a(b))),
            ("claims", quote!(a.b)),
            ("crate", quote!(a(b))),
        ] {
            let expansion = expanded(name, value.clone());
            assert!(expansion.contains("compile_error"), "{name} = {value}: {expansion}");
        }
    }

    #[test]
    fn malformed_items_are_refused() {
        for item in [
            "",
            "async",
            "async fn",
            "async fn me",
            "async fn me()",
            "async fn me();",
            "async fn me() {} {}",
            "async fn me(#[claims] self) {}",
            "async fn me(#[claims] user) {}",
            "async fn me(#[claims] ...) {}",
            "#[jwt_required] async fn me() {}",
            "pub(crate) use me;",
            "macro_rules! me { () => {} }",
        ] {
            assert_ne!(mistakes("", item), 0, "{item}");
        }
    }

    #[test]
    fn mistakes_of_every_stage_are_reported_together() {
        let arguments = "optional = 1, any_rol(), all_scopes(\"\", \"a a\"), max_age = \"5m\"";
        let item = "fn me(&self, #[claims(x)] user: &User, #[token] token: RefreshToken<User>) {}";
        assert_eq!(mistakes(arguments, item), 12);
    }

    /// An editor completes what is still there.
    #[test]
    fn half_typed_handlers_are_kept() {
        for (arguments, item) in [
            ("", "async fn me(#[claims] user: User, State(db): State<Db>) { user. }"),
            ("", "async fn me(#[claims] user: User, State(db): State<Db>) { let x = ; db.. }"),
            ("", "async fn me(#[claims] user: User, State(db): State<Db>, x: ) {}"),
            ("", "async fn me(#[claims] user: , State(db): State<Db>) {}"),
            ("", "async fn me(#[claims], State(db): State<Db>) {}"),
            ("", "async fn me(State(db): State<Db>) -> {}"),
            ("", "async fn me(State(db): State<Db>)"),
            ("", "fn me(State(db): State<Db>) {}"),
            ("all_", "async fn me(State(db): State<Db>) {}"),
            ("all_scopes(", "async fn me(State(db): State<Db>) {}"),
            ("claims =", "async fn me(#[claims] user: User, State(db): State<Db>) {}"),
            ("require = |user| user.", "async fn me(#[claims] u: User, State(db): State<Db>) {}"),
        ] {
            let [Ok(arguments), Ok(item)] = [arguments.parse(), item.parse()] else { continue };
            let expansion = expand(Attr::Access, arguments, item).to_string();
            for kept in ["fn me (", "State (db) : State < Db >"] {
                assert!(expansion.contains(kept), "{expansion}");
            }
        }
    }

    #[test]
    fn a_handler_without_mistakes_has_no_errors() {
        assert_eq!(mistakes("", "async fn me(#[claims] user: User) {}"), 0);
    }
}
