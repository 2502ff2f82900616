//! What rustc prints of a mistake, and what an expansion holds of it.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::LitStr;

/// An error of ours, and where it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) line: usize,
    /// From 1, as rustc counts.
    pub(super) column: usize,
}

impl Mistake {
    /// Whether it is about what stays as it is, since a guard in it would be one more mistake: an
    /// item of a block that is no item of Rust's, the value of a constant, or a function that a trait has written down.
    pub(super) fn leaves_item_alone(&self) -> bool {
        self.message.contains("what cannot be read cannot be guarded")
            || self.message.starts_with("handlers in the value of")
            || self.message.starts_with("a trait says what parameters its functions have")
    }
}

/// The errors of a `.stderr`.
pub(super) fn printed(stderr: &str) -> Vec<Mistake> {
    let lines: Vec<&str> = stderr.lines().collect();
    let mistake = |pair: &[&str]| {
        let message = pair[0].strip_prefix("error: ")?.to_owned();
        let mut place = pair[1].rsplit(':').map(|number| number.parse().expect("a place"));
        let (column, line) = (place.next()?, place.next()?);
        Some(Mistake { message, line, column })
    };
    lines.windows(2).filter_map(mistake).collect()
}

/// The tokens of `::core::`.
const PATH: usize = 5;

/// Takes each `compile_error!` out of an expansion of the macro at `site`.
///
/// # Panics
///
/// If there is an attribute in front of one, as it could take the error away and leave the item.
pub(super) fn take_mistakes(
    expansion: TokenStream,
    site: Span,
    found: &mut Vec<Mistake>,
) -> TokenStream {
    let mut left: Vec<TokenTree> = Vec::new();
    let mut tokens = expansion.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(name) if name == "compile_error" => {
                let path = left.split_off(left.len().saturating_sub(PATH));
                let path: TokenStream = path.into_iter().collect();
                assert_eq!(path.to_string().replace(' ', ""), "::core::", "an absolute path");
                assert!(!ends_in_attribute(&left), "a `compile_error!` is unconditional");
                let start = path.into_iter().next().expect("a colon").span();
                let message = tokens.nth(1).expect("the macro's input");
                found.push(mistake(
                    &message,
                    if start.start() == Span::call_site().start() { site } else { start },
                ));
            }
            TokenTree::Group(group) => {
                let inner = take_mistakes(group.stream(), site, found);
                left.push(Group::new(group.delimiter(), inner).into());
            }
            token => left.push(token),
        }
    }
    left.into_iter().collect()
}

fn ends_in_attribute(tokens: &[TokenTree]) -> bool {
    matches!(
        tokens,
        [.., TokenTree::Punct(pound), TokenTree::Group(group)]
            if pound.as_char() == '#' && group.delimiter() == Delimiter::Bracket
    )
}

fn mistake(input: &TokenTree, span: Span) -> Mistake {
    let TokenTree::Group(input) = input else { panic!("{input} is in no delimiters") };
    let message = syn::parse2::<LitStr>(input.stream()).expect("a message").value();
    Mistake { message, line: span.start().line, column: span.start().column + 1 }
}
