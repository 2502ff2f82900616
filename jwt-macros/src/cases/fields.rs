//! What a field asks of the token when it is written and when it is read.

use super::claims::{expansion, messages};

#[test]
fn what_is_left_out_is_made_up() {
    let left_out = |entry: &str, ty: &str| {
        messages("", &format!("sub: B, #[serde({entry})] theme: {ty}")).is_empty()
    };
    for entry in ["skip_serializing", "skip_serializing_if = \"f\""] {
        let with = |other: &str| format!("{entry}, {other}");
        assert!(!left_out(entry, "B"), "{entry}");
        assert!(left_out(entry, "Option<B>"), "{entry}");
        assert!(left_out(&with("default"), "B"), "{entry}");
        assert!(left_out(&with("skip_deserializing"), "B"), "{entry}");
        assert!(left_out(&with("serialize_with = \"f\""), "Option<B>"), "{entry}");
        // serde takes nothing for `None` only where it reads the `Option` itself.
        for by_hand in ["with = \"module\"", "deserialize_with = \"f\""] {
            assert!(!left_out(&with(by_hand), "Option<B>"), "{entry} {by_hand}");
        }
    }
    let of_all = "sub: B, #[serde(skip_serializing)] theme: B";
    assert_eq!(messages("#[serde(default)]", of_all), [""; 0]);
}

#[test]
fn rules_are_for_what_is_written_and_read() {
    for entry in ["skip", "skip_serializing, default", "skip_deserializing", "flatten"] {
        let fields = format!("sub: B, #[claim(validate = f)] #[serde({entry})] theme: B");
        let expected =
            "a rule is for a claim that is both written and read by its name; remove `validate`";
        assert_eq!(messages("", &fields), [expected], "{entry}");
    }
}

#[test]
fn refused_claims_have_their_names_on_the_wire() {
    for (fields, name) in [
        ("#[claim(sub, validate = f)] id: B", "sub"),
        ("sub: B, #[claim(validate = f)] theme: B", "theme"),
        ("sub: B, #[claim(validate = f)] #[serde(rename = \"look\")] theme: B", "look"),
    ] {
        let expansion = expansion("", fields);
        let (_, checked) = expansion.split_once("validate (f").expect("the rule is there");
        let named = checked.split('"').nth(1);
        assert_eq!(named, Some(name), "{expansion}");
    }
}

/// What is written or read by hand, or not at all, need not be what serde can write and read.
#[test]
fn types_are_checked_where_serde_uses_them() {
    for entry in [
        "skip",
        "skip_serializing, default",
        "skip_deserializing",
        "flatten",
        "with = \"module\"",
        "serialize_with = \"f\"",
        "deserialize_with = \"f\"",
    ] {
        let expansion = expansion("", &format!("sub: B, #[serde({entry})] theme: B"));
        assert!(!expansion.contains("assert_claim"), "{entry}: {expansion}");
    }
    let both_ways = expansion("", "sub: B, #[serde(rename = \"look\", default)] theme: B");
    assert!(both_ways.contains("assert_claim"), "{both_ways}");
}
