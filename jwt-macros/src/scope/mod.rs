//! `#[derive(Scope)]`.
//!
//! `args` reads, `validate` makes a `model` of what was read, `expand` writes it.

mod args;
mod expand;
mod model;
mod validate;

use proc_macro2::TokenStream;

use crate::derive::Derive;

/// Expands the derive on `input`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let (validate, expand, fallback) = (validate::validate, expand::expand, expand::fallback);
    Derive { validate, expand, fallback }.on(input)
}

#[cfg(test)]
mod tests {
    use super::expand;

    fn mistakes(item: &str) -> usize {
        expand(item.parse().expect("tokens")).to_string().matches("compile_error").count()
    }

    #[test]
    fn malformed_attributes_are_refused() {
        for attribute in [
            "#[scope]",
            "#[scope()]",
            "#[scope(,)]",
            "#[scope = \"a\"]",
            "#[scope(a)]",
            "#[scope(1)]",
            "#[scope(b\"a\")]",
            "#[scope(\"a\" \"b\")]",
            "#[scope(\"a\", \"b\")]",
            "#[scope(\"a\",)]",
            "#[scope(crate)]",
            "#[scope(crate = ::a)]",
        ] {
            let on_variant = format!("enum A {{ {attribute} B }}");
            assert_eq!(mistakes(&on_variant), 1, "{attribute}");
        }
        for attribute in
            ["#[scope]", "#[scope = \"a\"]", "#[scope(\"a\")]", "#[scope(crate)]", "#[scope(a)]"]
        {
            let on_enum = format!("{attribute} enum A {{ #[scope(\"a\")] B }}");
            assert_eq!(mistakes(&on_enum), 1, "{attribute}");
        }
    }

    #[test]
    fn mistakes_of_every_stage_are_reported_together() {
        let item = "#[scope(\"a\")] enum A<T> {
            B, #[scope(\"a b\")] C, #[scope(\"d\")] D(u8), #[scope(\"d\")] E, #[scope(f)] F
        }";
        assert_eq!(mistakes(item), 7);
    }

    #[test]
    fn an_enum_without_mistakes_has_no_errors() {
        assert_eq!(mistakes("#[scope(crate = ::a)] enum A { #[scope(\"a\")] B = 1 }"), 0);
    }
}
