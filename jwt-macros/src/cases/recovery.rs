//! One mistake does not hide the next: what is read on behind it.

use super::expand;

/// The messages about these arguments, without the advice.
fn messages(arguments: &str) -> Vec<String> {
    let (mistakes, _) = expand(&format!("#[jwt_required({arguments})] async fn me() {{}}"));
    let wrong = |message: String| message.split(';').next().expect("a part").to_owned();
    mistakes.into_iter().map(wrong).collect()
}

#[test]
fn arguments_behind_a_mistake_are_read() {
    let separated = "arguments are separated by `,`";
    let named = "an argument has a name";
    let unknown = |name| format!("unknown argument `{name}` for `#[jwt_required]`");
    for (arguments, expected) in [
        ("skip_revocation isuer = \"a\"", vec![unknown("isuer"), separated.into()]),
        ("skip_revocation any_rol(Role::Admin)", vec![unknown("any_rol"), separated.into()]),
        ("skip_revocation isuer", vec![unknown("isuer"), separated.into()]),
        ("skip_revocation + 1, 2, isuer = \"a\"", vec![unknown("isuer"), separated.into()]),
        ("skip_revocation isuer[1]", vec![separated.into()]),
        ("1, 2, isuer = \"a\"", vec![unknown("isuer"), named.into()]),
        ("1, isuer", vec![unknown("isuer"), named.into()]),
        ("1, isuer, 2", vec![unknown("isuer"), named.into(), named.into()]),
        ("1, isuer(2)", vec![unknown("isuer"), named.into()]),
    ] {
        let mut messages = messages(arguments);
        messages.sort_unstable_by_key(|message| std::cmp::Reverse(message.clone()));
        assert_eq!(messages, expected, "{arguments}");
    }
}
