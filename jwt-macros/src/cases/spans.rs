//! Where rustc reports what only it can know: at the span of the runtime's item.

use proc_macro2::{TokenStream, TokenTree};

use super::calls::calls;

const GUARDED: &str = "\
#[jwt_required(
    any_role(Role::Admin),
    require = is_european,
    state = AppState,
)]
async fn me(
    #[claims]
    user: User,
) {}";

const HIDDEN: &str = "\
#[jwt_required(
    claims = User,
)]
async fn me() {}";

/// The lines on which an expansion has this name of the runtime's.
fn lines(source: &str, name: &str) -> Vec<usize> {
    let [call] = &calls(source.parse().expect("tokens"))[..] else { panic!("one call") };
    let mut lines = Vec::new();
    find(call.expand(), name, &mut lines);
    lines
}

fn find(tokens: TokenStream, name: &str, lines: &mut Vec<usize>) {
    let mut is_private = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => find(group.stream(), name, lines),
            TokenTree::Ident(ident) => {
                if is_private && ident == name {
                    lines.push(ident.span().start().line);
                }
                is_private = ident == "__private";
            }
            _ => {}
        }
    }
}

#[test]
fn type_errors_stand_on_what_was_written() {
    assert_eq!(lines(GUARDED, "Guarded"), [8, 8], "the pattern and the type");
    assert_eq!(lines(GUARDED, "any_role"), [2], "the name of the argument");
    assert_eq!(lines(GUARDED, "require"), [3], "the name of the argument");
    assert_eq!(lines(GUARDED, "ClaimsOf"), [8], "the type of the parameter");
    assert_eq!(lines(GUARDED, "assert_state"), [4], "the type of the state");
    assert_eq!(lines(HIDDEN, "Guarded"), [2], "the type of the claims");
}
