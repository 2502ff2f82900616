//! One mistake does not hide the next: what is read on behind it.

use super::calls::calls;
use super::printed::take_mistakes;

/// The messages about the macros of a file, up to the advice in each.
fn messages(source: &str) -> Vec<String> {
    let mut mistakes = Vec::new();
    for call in calls(source.parse().expect("tokens")) {
        take_mistakes(call.expand(), call.site, &mut mistakes);
    }
    let wrong = |message: String| message.split(';').next().expect("a part").to_owned();
    mistakes.into_iter().map(|mistake| wrong(mistake.message)).collect()
}

fn of_arguments(arguments: &str) -> Vec<String> {
    messages(&format!("#[jwt_required({arguments})] async fn me() {{}}"))
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
        let mut messages = of_arguments(arguments);
        messages.sort_unstable_by_key(|message| std::cmp::Reverse(message.clone()));
        assert_eq!(messages, expected, "{arguments}");
    }
}
