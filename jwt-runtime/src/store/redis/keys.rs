//! The names of keys, and the escaping that keeps one subject's keys apart from another's.

use std::borrow::Cow;
use std::fmt::Write;

/// The first part of every key, shared by all stores of one deployment.
#[derive(Clone, Debug)]
pub(super) struct Keyspace {
    prefix: String,
}

impl Keyspace {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: escape(prefix).into_owned() }
    }

    /// The keys of one subject.
    ///
    /// The braces are a hash tag: Redis Cluster keeps everything between them in one slot, so a
    /// script may touch all of it.
    pub(super) fn of(&self, subject: &str) -> SubjectKeys {
        SubjectKeys { base: format!("{}:{{{}}}:", self.prefix, escape(subject)) }
    }
}

/// The names of the keys that belong to one subject.
pub(super) struct SubjectKeys {
    base: String,
}

impl SubjectKeys {
    /// The nonce that the subject's sessions have to carry.
    pub(super) fn subject(&self) -> String {
        self.named("subject", "")
    }

    /// The record of one session.
    pub(super) fn session(&self, id: &str) -> String {
        self.named("session:", id)
    }

    /// The mark of one revoked token.
    pub(super) fn revoked(&self, token_id: &str) -> String {
        self.named("revoked:", token_id)
    }

    /// The sorted set of session ids by expiry, for listing.
    pub(super) fn sessions(&self) -> String {
        self.named("sessions", "")
    }

    fn named(&self, kind: &str, id: &str) -> String {
        let id = if id.is_empty() { Cow::Borrowed("") } else { escape(id) };
        [&self.base, kind, &id].concat()
    }
}

/// Writes `text` without the bytes that mean something in a key, in a record or on a terminal.
///
/// Everything but printable ASCII without the space, `{`, `}` and `%` becomes `%XX`. No two texts
/// share a form, and the form is never empty and never `-`: Redis Cluster ignores an empty hash
/// tag, and records say `-` for nothing.
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

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_subjects_are_readable() {
        let keys = Keyspace::new("jwt").of("alice@example.com");
        assert_eq!(keys.subject(), "jwt:{alice@example.com}:subject");
        assert_eq!(keys.session("0198"), "jwt:{alice@example.com}:session:0198");
        assert_eq!(keys.revoked("0199"), "jwt:{alice@example.com}:revoked:0199");
        assert_eq!(keys.sessions(), "jwt:{alice@example.com}:sessions");
    }

    #[test]
    fn escaping_has_one_form_per_text() {
        let texts = ["", "%", "%25", "-", "%2D", "a b", "a%20b", "{a}", "a", "é", "e\u{301}", "\n"];
        for (position, text) in texts.iter().enumerate() {
            for other in &texts[position + 1..] {
                assert_ne!(escape(text), escape(other), "{text:?} and {other:?}");
            }
        }
    }

    #[test]
    fn a_subject_cannot_leave_its_hash_tag() {
        let keys = Keyspace::new("jwt").of("a}:session:1{b");
        assert_eq!(keys.subject(), "jwt:{a%7D:session:1%7Bb}:subject");
        assert_eq!(Keyspace::new("jwt").of("").subject(), "jwt:{%}:subject");
    }
}
