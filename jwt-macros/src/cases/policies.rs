//! How many policies a combinator takes, which is what the runtime has impls for.

use super::expand;

#[test]
fn combinators_take_one_to_eight() {
    for combinator in ["all", "any"] {
        for count in 0..=9 {
            let policies: Vec<String> = (0..count).map(|i| format!("P{i}")).collect();
            let (mistakes, expansion) = expand(&format!(
                "#[jwt_required(policy = {combinator}({}))] async fn me(#[claims] user: User) {{}}",
                policies.join(",")
            ));
            let is_taken = mistakes.is_empty();
            assert_eq!(is_taken, (1..=8).contains(&count), "{combinator} of {count}: {mistakes:?}");
            let asked = expansion.matches("policy_for").count();
            assert_eq!(asked, if is_taken { count } else { 0 }, "{combinator} of {count}");
        }
    }
}
