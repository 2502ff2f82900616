//! The escaping that keeps a subject, an id or a label apart from what is written around it.

use std::borrow::Cow;
use std::fmt::Write;

/// Writes `text` without the bytes that mean something in a key, in a value or on a terminal.
///
/// Everything but printable ASCII without the space, `{`, `}` and `%` becomes `%XX`. No two texts
/// share a form, and the form is never empty and never `-`: Redis Cluster ignores an empty hash
/// tag, and values say `-` for nothing.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    match text {
        "" => Cow::Borrowed("%"),
        "-" => Cow::Borrowed("%2D"),
        _ if text.bytes().all(is_plain) => Cow::Borrowed(text),
        _ => {
            let mut escaped = String::with_capacity(text.len() * 2);
            for byte in text.bytes() {
                if is_plain(byte) {
                    escaped.push(char::from(byte));
                } else {
                    // Writing to a string does not fail.
                    let _ = write!(escaped, "%{byte:02X}");
                }
            }
            Cow::Owned(escaped)
        }
    }
}

/// Reads what [`escape`] wrote; `None` for anything else.
pub(super) fn unescape(escaped: &str) -> Option<String> {
    if escaped == "%" {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex_digit(rest.next()?)? * 16 + hex_digit(rest.next()?)?,
            byte => byte,
        });
    }
    // One form per text: whatever reads as this text was written as it, or not by this store.
    String::from_utf8(bytes).ok().filter(|text| escape(text) == escaped)
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 14] = [
        "",
        "%",
        "%25",
        "-",
        "%2D",
        "a b",
        "a%20b",
        "{a}",
        "a",
        "é",
        "e\u{301}",
        "\n",
        "日本 🦀",
        "\0",
    ];

    #[test]
    fn escaping_has_one_form_per_text() {
        for (position, text) in TEXTS.iter().enumerate() {
            for other in &TEXTS[position + 1..] {
                assert_ne!(escape(text), escape(other), "{text:?} and {other:?}");
            }
        }
    }

    #[test]
    fn what_was_escaped_is_read() {
        for text in TEXTS {
            assert_eq!(unescape(&escape(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_never_written_is_not_read() {
        for foreign in ["", "-", "%2", "%2d", "%zz", "a%", "a b", "%41", "{", "%FF", "é", "%%"] {
            assert_eq!(unescape(foreign), None, "{foreign:?}");
        }
    }
}
