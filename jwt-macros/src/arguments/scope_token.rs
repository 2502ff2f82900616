//! A scope as a literal: `scope-token` of
//! [RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3), and no wildcard.

use darling::Result;
use syn::LitStr;

use crate::diagnostics::error;

/// Refuses what nobody can hold, and what stands for many scopes.
pub(crate) fn check(scope: &LitStr) -> Result<()> {
    let written = scope.value();
    let message = match written.chars().find(|&c| !is_scope_char(c)) {
        Some(' ') => {
            let one_by_one: Vec<_> =
                written.split_whitespace().map(|scope| format!("{scope:?}")).collect();
            format!("a scope has no spaces; write {}", one_by_one.join(", "))
        }
        Some(c) => {
            let c = if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
            format!("a scope has no `{c}` (RFC 6749 §3.3); write printable ASCII but `\"` and `\\`")
        }
        None if written.is_empty() => "an empty scope is held by nobody; name one".to_owned(),
        None => match written.strip_suffix(":*") {
            Some(area) => format!(
                "`{written}` is what a token may hold, and a route asks for the scope it needs; write `\"{area}:write\"`"
            ),
            None => return Ok(()),
        },
    };
    Err(error(scope, message))
}

fn is_scope_char(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E')
}

#[cfg(test)]
mod tests {
    use super::is_scope_char;

    #[test]
    fn scope_characters_are_those_of_rfc_6749() {
        let refused: Vec<char> = ('\0'..='\u{100}').filter(|&c| !is_scope_char(c)).collect();
        let expected: Vec<char> =
            ('\0'..=' ').chain(['"', '\\']).chain('\x7F'..='\u{100}').collect();
        assert_eq!(refused, expected);
    }
}
