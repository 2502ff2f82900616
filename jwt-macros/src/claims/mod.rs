//! `#[derive(Claims)]`.
//!
//! `args`, `rules` and `serde_attrs` read, `validate` makes a `model` of what was read (`field` by
//! `field`), `expand` writes it.

mod args;
mod expand;
mod field;
mod model;
mod registered;
mod rules;
mod sensitive;
mod serde_attrs;
mod types;
mod validate;
mod wire;

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
            "#[claims]",
            "#[claims = 1]",
            "#[claims(,)]",
            "#[claims(issuer)]",
            "#[claims(issuer = )]",
            "#[claims(issuer = 1)]",
            "#[claims(audience(,))]",
            "#[claims(leeway = \"18446744073709551616s\")]",
            "#[claims(leeway = \"1ms\")]",
            "#[claims(crate)]",
            "#[claim]",
        ] {
            assert_ne!(mistakes(&format!("{attribute} struct A {{ sub: B }}")), 0, "{attribute}");
        }
        for attribute in ["#[claim]", "#[claim = 1]", "#[claim(,)]", "#[claim(sub, sub)]"] {
            assert_ne!(mistakes(&format!("struct A {{ {attribute} sub: B }}")), 0, "{attribute}");
        }
    }

    #[test]
    fn malformed_rules_are_refused_once() {
        for rule in [
            "one_of",
            "one_of = \"eu\"",
            "one_of(,)",
            "one_of(b\"eu\")",
            "one_of('a')",
            "one_of(- \"eu\")",
            "one_of(1u8)",
            "range(,)",
            "range(1)",
            "range(1 2)",
            "range(1...2)",
            "range(a..b)",
            "range(\"a\"..)",
            "range(most = 3)",
            "range(1..2, 3..4)",
            "range(0x_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff..)",
            "range(1..=1e400)",
            "range(--1..)",
            "length",
            "length(max = 0)",
            "length(..-170141183460469231731687303715884105728)",
            "non_empty()",
            "validate",
            "validate = 1",
            "validate = is_region()",
            "validate = <",
        ] {
            let item = format!("struct A {{ sub: B, #[claim({rule})] other: Alias }}");
            assert_eq!(mistakes(&item), 1, "{rule}");
        }
        for reason in ["allow_sensitive()", "allow_sensitive = 1", "allow_sensitive = \"\""] {
            let item = format!("struct A {{ sub: B, #[claim({reason})] password: C }}");
            assert_eq!(mistakes(&item), 1, "{reason}");
        }
    }

    #[test]
    fn mistakes_of_every_stage_are_reported_together() {
        let item = "#[claims(isuer = 1)] #[serde(tag = \"x\")] struct A<'a> {
            #[claim(rolse)] id: B, csrf: B, #[serde(rename = \"id\")] other: &'a B
        }";
        assert_eq!(mistakes(item), 8);
    }

    #[test]
    fn a_struct_without_mistakes_has_no_errors() {
        assert_eq!(mistakes("#[claims()] struct A { sub: B }"), 0);
    }
}
