//! Bytes that may be read as JSON: UTF-8 with nothing in it that only some parsers accept.

/// The text, if it is UTF-8 and no escape in it is half of a surrogate pair.
///
/// Parsers make different things of a lone `\ud800`, and serde_json does not look at the ones
/// inside of members that nobody reads.
///
/// Source: [RFC 8725 §3.7](https://www.rfc-editor.org/rfc/rfc8725#section-3.7).
pub(crate) fn json_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut rest = text;
    while let Some((_, escape)) = rest.split_once('\\') {
        rest = match code_unit(escape) {
            Some((0xD800..=0xDBFF, after)) => match code_unit(after.strip_prefix('\\')?)? {
                (0xDC00..=0xDFFF, after) => after,
                _ => return None,
            },
            Some((0xDC00..=0xDFFF, _)) => return None,
            Some((_, after)) => after,
            // Another escape, of one character: an escaped backslash begins none.
            None => escape.strip_prefix('\\').unwrap_or(escape),
        };
    }
    Some(text)
}

/// Reads what follows the backslash of `\uXXXX`; the parser finds out about what is malformed.
fn code_unit(escape: &str) -> Option<(u16, &str)> {
    let (digits, after) = escape.strip_prefix('u')?.split_at_checked(4)?;
    u16::from_str_radix(digits, 16).ok().map(|unit| (unit, after))
}

#[cfg(test)]
mod tests {
    use super::json_text;

    #[test]
    fn whole_pairs_and_other_escapes_are_text() {
        for text in [
            "{}",
            r#"{"a":"\ud83d\ude00"}"#,
            r#"{"a":"\\ud800"}"#,
            r#"{"a":"\\\ud83d\uDE00\n\u0041"}"#,
            r#"{"a":"\u"}"#,
            r#"{"a":"\u12é"}"#,
        ] {
            assert_eq!(json_text(text.as_bytes()), Some(text));
        }
    }

    #[test]
    fn half_pairs_are_not() {
        for text in [
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\udc00"}"#,
            r#"{"a":"\ud800\ud800"}"#,
            r#"{"a":"\ud83d\\ude00"}"#,
            r#"{"a":"\\\ud83d"}"#,
        ] {
            assert_eq!(json_text(text.as_bytes()), None, "{text}");
        }
        assert_eq!(json_text(b"\xff"), None);
    }
}
