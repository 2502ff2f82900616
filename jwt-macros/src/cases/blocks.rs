//! What a block makes of its members, and what is left of them after a mistake.

use super::expand;

/// Whether a guard with conditions is in the expansion; without, a handler asks for any token.
fn has_conditions(expansion: &str) -> bool {
    expansion.contains("fn check")
}

/// What such conditions hold for is not known, or nothing that rustc would take.
#[test]
fn no_condition_is_built_from_a_mistake() {
    let handler = "#[jwt_required(all_scopes(\"b\"))] async fn list(#[claims] user: User) {}";
    for source in [
        format!("#[jwt_required(all_scope(\"a\"))] impl Api {{ {handler} }}"),
        format!(
            "#[jwt_required] mod api {{ #[jwt_required(all_scope(\"a\"))] impl Api {{ {handler} }} }}"
        ),
        format!("#[jwt_required] impl<T> Api<T> {{ {handler} }}"),
        "#[jwt_required(all_scopes(\"a\"))] impl Api {
            #[jwt_required(all_scope(\"b\"))] async fn list(#[claims] user: User) {}
        }"
        .to_owned(),
    ] {
        let (mistakes, expansion) = expand(&source);
        assert_eq!(mistakes.len(), 1, "{source}: {mistakes:#?}");
        assert!(!has_conditions(&expansion), "{source}: {expansion}");
        assert!(expansion.contains("Guarded"), "{source}: {expansion}");
    }
}

#[test]
fn a_mistake_in_one_block_leaves_the_others() {
    let (mistakes, expansion) = expand(
        "#[jwt_required] mod api {
            #[jwt_required(all_scope(\"a\"))] impl Api { async fn list() {} }
            #[jwt_required(all_scopes(\"b\"))] async fn other(#[claims] user: User) {}
        }",
    );
    assert_eq!(mistakes.len(), 1, "{mistakes:#?}");
    assert!(has_conditions(&expansion), "{expansion}");
}

/// Whether `handler`, which has no parameters of its own, got one.
fn is_guarded(expansion: &str, handler: &str) -> bool {
    let name = format!("async fn {handler} (");
    let (_, after) = expansion.split_once(&name).unwrap_or_else(|| panic!("{name} {expansion}"));
    after.trim_start().starts_with("_ :")
}

#[test]
fn only_modules_of_tests_are_left_alone() {
    let helper = "async fn helper() {}";
    for (nested, expected) in [
        (format!("#[cfg(test)] mod tests {{ {helper} }}"), false),
        (format!("#[cfg(test)] impl Api {{ {helper} }}"), true),
        (format!("#[cfg(not(test))] mod served {{ {helper} }}"), true),
        (format!("#[cfg(any(test, a))] mod served {{ {helper} }}"), true),
        (format!("#[cfg(tests)] mod served {{ {helper} }}"), true),
        (format!("#[cfg_attr(test, a)] mod served {{ {helper} }}"), true),
        (format!("#[other(test)] mod served {{ {helper} }}"), true),
        (format!("#[test] mod served {{ {helper} }}"), true),
    ] {
        let source = format!("#[jwt_required] mod api {{ async fn list() {{}} {nested} }}");
        let (mistakes, expansion) = expand(&source);
        assert_eq!(mistakes, [""; 0], "{nested}");
        assert_eq!(is_guarded(&expansion, "helper"), expected, "{nested}: {expansion}");
    }
}

/// What axum could call and this attribute cannot guard is refused, and nothing else is.
#[test]
fn members_that_could_be_routed_are_told_from_others() {
    for (member, is_refused) in [
        ("fn list(self) -> impl Future<Output = ()> {}", true),
        ("fn list(self: Self) -> impl Future<Output = ()> {}", true),
        ("fn list(self: Box<Self>) -> impl Future<Output = ()> {}", true),
        ("fn list(self: Arc<Self>) -> impl Future<Output = ()> {}", false),
        ("fn list(&self) -> impl Future<Output = ()> {}", false),
        ("fn list() -> (Box<dyn Future<Output = ()>>,) {}", true),
        ("fn list() -> Ready<()> {}", true),
        ("fn ready() -> Ready {}", false),
        ("fn list() -> String {}", false),
        ("const LIST: fn() -> BoxFuture<()> = list;", true),
        ("const SIZE: usize = 1;", false),
        ("static LIST: fn() -> BoxFuture<()> = list;", true),
        ("static NAME: &str = \"orders\";", false),
    ] {
        let within = if member.contains("self") { "impl Api" } else { "mod api" };
        let source = format!("#[jwt_required] {within} {{ async fn other() {{}} {member} }}");
        let (mistakes, expansion) = expand(&source);
        assert_eq!(mistakes.len(), usize::from(is_refused), "{member}: {mistakes:#?}");
        assert!(is_guarded(&expansion, "other"), "{member}: {expansion}");
    }
}

#[test]
fn what_cannot_be_read_ends_with_its_item() {
    for unreadable in
        ["const HALF: usize = ;", "use half::, ;", "default async fn half() {}", "gen fn half() {}"]
    {
        let source = format!("#[jwt_required] mod api {{ {unreadable} async fn after() {{}} }}");
        let (mistakes, expansion) = expand(&source);
        assert_eq!(mistakes.len(), 1, "{unreadable}: {mistakes:#?}");
        assert!(is_guarded(&expansion, "after"), "{unreadable}: {expansion}");
    }
}
