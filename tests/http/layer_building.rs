//! A layer before any request: mistakes that only show at run time, and what `Debug` shows.

use std::time::Duration;

use jwt_tests::app::authority;
use jwt_tests::keys::SECRET;
use jwt_tests::routes::guarded::User;
use tower::Layer;

#[test]
fn mistakes_in_the_options_panic_where_they_are_made() {
    #[track_caller]
    fn assert_panics<T>(make: impl FnOnce() -> T, texts: &[&str]) {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(make())));
        let payload = caught.expect_err("it panics");
        let panic = match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(payload) => (*payload.downcast::<&str>().expect("a text")).to_owned(),
        };
        for text in texts {
            assert!(panic.contains(text), "{text} is not in {panic}");
        }
    }
    let (auth, _) = authority(|builder| builder.secret(SECRET));
    let access = || auth.require_access();
    let user = || auth.require_access().claims::<User>();
    let none: [&str; 0] = [];
    let grammar = "a scope token is one or more of the printable ASCII characters";
    assert_panics(|| access().all_scopes(none), &["`all_scopes` needs at least one scope"]);
    assert_panics(|| access().any_scope(none), &["`any_scope` needs at least one scope"]);
    assert_panics(|| access().all_scopes([""]), &["`all_scopes`", r#"[""]"#, grammar]);
    assert_panics(|| access().any_scope(["a", "b c"]), &["`any_scope`", "b c", grammar]);
    assert_panics(|| access().all_scopes(["\""]), &["`all_scopes`", grammar]);
    assert_panics(|| user().all_scopes(["é"]), &["`all_scopes`", "é", grammar]);
    assert_panics(|| access().any_scope(["a", "b:*"]), &["`any_scope` asks for \"b:*\""]);
    assert_panics(|| user().all_roles([]), &["`all_roles` needs at least one role"]);
    assert_panics(|| user().any_role(vec![]), &["`any_role` needs at least one role"]);
    assert_panics(|| access().issuer(""), &["`issuer` is empty"]);
    assert_panics(|| access().audience(&[]), &["`audience` names nobody"]);
    assert_panics(|| access().audience(&["a", ""]), &["`audience` names nobody"]);
    let short = Duration::from_millis(999);
    assert_panics(|| auth.require_fresh().max_age(short), &["`max_age` is less than a second"]);
}

#[test]
fn debug_shows_no_secret() {
    let (auth, _) = authority(|builder| builder.secret(SECRET));
    let layer = auth.require_access().claims::<User>().require(|_| true).all_scopes(["a"]);
    let shown = format!("{layer:?} {:?}", layer.layer(()));
    assert!(shown.contains("conditions: 2"), "{shown}");
    assert!(!shown.contains(&String::from_utf8_lossy(SECRET)[..16]), "{shown}");
    let bytes = format!("{:?}", &SECRET[..8]);
    assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
}
