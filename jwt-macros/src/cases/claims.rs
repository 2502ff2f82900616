//! What a claim is called, and what follows from its name: every row of the tables in `claims`.

use super::expand;

/// The messages about a claims type with these attributes and fields.
pub(super) fn messages(attributes: &str, fields: &str) -> Vec<String> {
    expand(&format!("#[derive(Claims)] {attributes} struct User {{ {fields} }}")).0
}

/// The expansion of a claims type without mistakes.
pub(super) fn expansion(attributes: &str, fields: &str) -> String {
    let (mistakes, expansion) =
        expand(&format!("#[derive(Claims)] {attributes} struct User {{ {fields} }}"));
    assert_eq!(mistakes, [""; 0], "{attributes} {fields}");
    expansion
}

fn is_accepted(attributes: &str, fields: &str) -> bool {
    messages(attributes, fields).is_empty()
}

#[test]
fn claims_are_called_as_serde_calls_them() {
    for (rule, name) in [
        ("lowercase", "home_team"),
        ("snake_case", "home_team"),
        ("UPPERCASE", "HOME_TEAM"),
        ("SCREAMING_SNAKE_CASE", "HOME_TEAM"),
        ("PascalCase", "HomeTeam"),
        ("camelCase", "homeTeam"),
        ("kebab-case", "home-team"),
        ("SCREAMING-KEBAB-CASE", "HOME-TEAM"),
    ] {
        let attributes = format!("#[serde(rename_all = \"{rule}\")]");
        let fields =
            format!("#[claim(sub)] id: B, home_team: B, #[serde(rename = \"{name}\")] other: B");
        let expected = format!("`home_team` is the claim `{name}` already; rename one of the two");
        assert_eq!(messages(&attributes, &fields), [expected], "{rule}");
    }
}

#[test]
fn claims_may_differ_in_one_direction() {
    let other =
        |rename: &str| messages("", &format!("sub: B, team: B, #[serde({rename})] other: B"));
    let taken = "`team` is the claim `team` already; rename one of the two";
    assert_eq!(other("rename(serialize = \"team\", deserialize = \"t\")"), [taken]);
    assert_eq!(other("rename(serialize = \"t\", deserialize = \"team\")"), [taken]);
    assert_eq!(other("rename(deserialize = \"team\")"), [taken]);
    assert_eq!(other("rename = \"team\", skip_serializing, default"), [taken]);
    assert_eq!(other("rename = \"team\", skip_deserializing"), [taken]);
    assert_eq!(other("rename = \"team\", skip"), [""; 0]);
    assert_eq!(other("rename = \"team\", flatten"), [""; 0]);
    let halves = "sub: B, #[serde(skip_serializing, default)] a: B,
        #[serde(rename = \"a\", skip_deserializing)] b: B";
    assert!(is_accepted("", halves), "one writes the claim and one reads it");
    let by_rule = "#[serde(rename_all(serialize = \"UPPERCASE\", deserialize = \"camelCase\"))]";
    assert!(is_accepted(by_rule, "#[claim(sub)] id: B, my_team: B"));
    for taken in ["MY_TEAM", "myTeam"] {
        let fields =
            format!("#[claim(sub)] id: B, my_team: B, #[serde(rename = \"{taken}\")] other: B");
        assert_eq!(messages(by_rule, &fields).len(), 1, "{taken}");
    }
}

#[test]
fn names_of_the_library_are_refused() {
    for name in ["type", "fresh", "csrf", "session_cookie", "cnf"] {
        let [message] = &messages("", &format!("sub: B, #[serde(rename = \"{name}\")] own: B"))[..]
        else {
            panic!("one message for {name}");
        };
        assert!(message.starts_with(&format!("the claim `{name}` belongs to the library;")));
    }
    for alias in ["sub", "iss", "jti", "sid", "exp", "nbf", "iat", "auth_time", "aud", "type"] {
        let fields = format!("sub: B, #[serde(alias = \"{alias}\")] own: B");
        let expected = format!(
            "the claim `{alias}` has a meaning of its own, so it cannot stand in for another; remove the alias"
        );
        assert_eq!(messages("", &fields), [expected]);
    }
    assert!(is_accepted("", "sub: B, #[serde(alias = \"team\", alias = \"squad\")] own: B"));
}

#[test]
fn registered_claims_have_their_types() {
    for (claim, assertion) in [
        ("iss", "assert_text"),
        ("jti", "assert_text"),
        ("sid", "assert_text"),
        ("exp", "assert_date"),
        ("nbf", "assert_date"),
        ("iat", "assert_date"),
        ("auth_time", "assert_date"),
        ("aud", "assert_audience"),
    ] {
        let field = format!("#[serde(rename = \"{claim}\")] own: B");
        let received = expansion("", &format!("sub: B, {field}"));
        assert!(received.contains(assertion), "{claim}");
        assert!(received.contains("skip_serializing"), "{claim} is the library's to write");
        let skipped = expansion("", &format!("sub: B, #[serde(skip_serializing)] {field}"));
        assert_eq!(skipped.matches("skip_serializing").count(), 1, "{claim}");
        for by_hand in ["with = \"module\"", "deserialize_with = \"function\""] {
            let field = format!("sub: B, #[serde({by_hand})] {field}");
            assert!(!expansion("", &field).contains("assert_"), "{claim} by {by_hand}");
        }
        let both = format!(
            "sub: B, #[serde(rename(serialize = \"x\", deserialize = \"{claim}\"))] own: B"
        );
        assert_eq!(messages("", &both).len(), 1, "{claim} has one name");
    }
    let own = expansion("", "sub: B, team: B");
    assert!(own.contains("assert_claim") && own.matches("assert_").count() == 1, "{own}");
}

#[test]
fn subject_is_called_sub() {
    for fields in ["sub: B", "#[claim(sub)] id: B", "#[serde(rename = \"sub\")] id: B"] {
        assert_eq!(expansion("", fields).matches("rename = \"sub\"").count(), 1, "{fields}");
    }
    assert!(is_accepted("", "#[claim(sub)] #[serde(rename = \"sub\")] id: B"));
    assert!(is_accepted("#[serde(rename_all = \"UPPERCASE\")]", "sub: B"));
    assert!(is_accepted(
        "#[serde(rename_all = \"camelCase\")]",
        "#[serde(rename = \"sub\")] id: B"
    ));
    let second = "`id` is the subject already; a token has one: remove or rename this one";
    let alias = "#[claim(sub)] id: B, #[serde(alias = \"jti\")] sub: B";
    assert_eq!(messages("", alias), [second], "what else it says is about what has to go");
    let renamed = "the subject is called `sub` in every token; remove the `rename`";
    assert_eq!(messages("", "#[claim(sub)] #[serde(rename = \"id\")] id: B"), [renamed]);
    for left_out in
        ["skip", "skip_serializing", "skip_deserializing", "skip_serializing_if = \"x\"", "flatten"]
    {
        let name = left_out.split(' ').next().expect("a name");
        let expected = format!("every token has a subject; remove `{name}`");
        let fields = format!("#[claim(sub)] #[serde({left_out})] id: B");
        assert_eq!(messages("", &fields), [expected]);
    }
    let without =
        "a claims type needs a subject; add a field `sub`, or mark one with `#[claim(sub)]`";
    assert_eq!(messages("", "#[serde(rename = \"id\")] sub: B"), [without]);
    assert_eq!(messages("", "#[serde(skip)] sub: B"), [without]);
}

#[test]
fn shapes_that_are_no_claims_are_refused() {
    for entry in [
        "transparent",
        "untagged",
        "tag = \"x\"",
        "content = \"x\"",
        "from = \"x\"",
        "try_from = \"x\"",
        "into = \"x\"",
        "remote = \"x\"",
    ] {
        let name = entry.split(' ').next().expect("a name");
        let expected =
            format!("the claims of a token are the fields of this struct; remove `{name}`");
        assert_eq!(messages(&format!("#[serde({entry})]"), "sub: B"), [expected]);
    }
    assert!(is_accepted("#[serde(deny_unknown_fields)] #[other(transparent)]", "sub: B"));
}

#[test]
fn struct_attributes_reach_the_shadow() {
    let plain = expansion("#[serde(default)]", "sub: B");
    assert!(plain.contains("default = \"::core::default::Default::default\""), "{plain}");
    let path = expansion("#[serde(default = \"make\")]", "sub: B");
    assert!(path.contains("default = \"make\""), "{path}");
    let other = expansion("#[serde(crate = \"other\", deny_unknown_fields)]", "sub: B");
    assert!(!other.contains("\"other\"") && other.contains("deny_unknown_fields"), "{other}");
}

#[test]
fn expectations_are_written_where_there_are_some() {
    assert!(!expansion("", "sub: B").contains("EXPECTED"));
    for expected in ["issuer = \"a\"", "audience = \"a\"", "leeway = \"5m\""] {
        let expansion = expansion(&format!("#[claims({expected})]"), "sub: B");
        assert!(expansion.contains("EXPECTED"), "{expected}");
    }
    assert!(!is_accepted("#[claims(leeway = \"301s\")]", "sub: B"));
}
