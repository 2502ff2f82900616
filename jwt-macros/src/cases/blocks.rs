//! What is left of a block that cannot be guarded as it is written.

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
