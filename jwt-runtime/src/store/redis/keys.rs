//! The names of keys and of the fields in them.

use super::escape::{escape, unescape};
use super::slot;

/// The first part of every key, shared by all stores of one deployment.
#[derive(Clone, Debug)]
pub(super) struct Keyspace {
    prefix: String,
}

impl Keyspace {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: escape(prefix).into_owned() }
    }

    /// The hash with everything that is known of one subject.
    ///
    /// The braces are a hash tag: Redis Cluster keeps everything between them in one slot.
    pub(super) fn subject(&self, subject: &str) -> String {
        format!("{}:{{{}}}", self.prefix, escape(subject))
    }

    /// The epoch of the subjects in this one's slot; in that slot too, so a script may read it.
    pub(super) fn epoch(&self, subject: &str) -> String {
        self.epoch_of(slot::shared_tag(&escape(subject)))
    }

    /// The key that is written so that replicas have something to confirm, in this one's slot.
    pub(super) fn confirmation(&self, subject: &str) -> String {
        self.confirmation_of(slot::shared_tag(&escape(subject)))
    }

    /// The epochs of all slots, each with the key of its confirmation.
    pub(super) fn epochs(&self) -> Vec<(String, String)> {
        let both = |tag: &u32| (self.epoch_of(*tag), self.confirmation_of(*tag));
        slot::all_tags().iter().map(both).collect()
    }

    /// What the names of the keys of subjects and of epochs begin with.
    pub(super) fn common_prefix(&self) -> String {
        format!("{}:{{", self.prefix)
    }

    fn epoch_of(&self, tag: u32) -> String {
        format!("{}:{{{tag}}}:epoch", self.prefix)
    }

    /// It does not begin as all others do: no local view has to hear of it.
    fn confirmation_of(&self, tag: u32) -> String {
        format!("{}:wait:{{{tag}}}", self.prefix)
    }
}

/// Whether a key of a store is the epoch of a slot. The name of a subject's key ends with a brace.
pub(super) fn is_epoch(key: &[u8]) -> bool {
    key.ends_with(b"}:epoch")
}

/// The field of one session.
pub(super) fn session_field(id: &str) -> String {
    ["session:", &escape(id)].concat()
}

/// The field with what is known of the device of one session.
pub(super) fn device_field(id: &str) -> String {
    ["device:", &escape(id)].concat()
}

/// The field of one revoked token.
pub(super) fn revoked_field(token_id: &str) -> String {
    ["revoked:", &escape(token_id)].concat()
}

pub(super) fn is_session_field(field: &[u8]) -> bool {
    field.starts_with(b"session:")
}

pub(super) fn is_revoked_field(field: &[u8]) -> bool {
    field.starts_with(b"revoked:")
}

/// The id in the name of a session's field; `None` if it is the field of something else.
pub(super) fn session_id(field: &[u8]) -> Option<String> {
    unescape(std::str::from_utf8(field).ok()?.strip_prefix("session:")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_readable() {
        let keys = Keyspace::new("jwt");
        assert_eq!(keys.subject("alice@example.com"), "jwt:{alice@example.com}");
        assert_eq!(session_field("0198"), "session:0198");
        assert_eq!(device_field("0198"), "device:0198");
        assert_eq!(revoked_field("0199"), "revoked:0199");
    }

    #[test]
    fn epochs_are_named_after_slots() {
        let keys = Keyspace::new("jwt");
        let epochs = keys.epochs();
        assert_eq!(epochs.len(), 16_384);
        for subject in ["alice", "bob", "", "a}b"] {
            let own = (keys.epoch(subject), keys.confirmation(subject));
            assert!(epochs.contains(&own), "{subject:?}");
        }
        assert!(epochs.iter().all(|(key, _)| is_epoch(key.as_bytes())));
        assert!(epochs.iter().all(|(_, key)| !key.starts_with(&keys.common_prefix())));
    }

    #[test]
    fn no_subject_is_taken_for_an_epoch() {
        let keys = Keyspace::new("jwt");
        for subject in ["1", "1}:epoch", ":epoch", "epoch", ""] {
            assert!(!is_epoch(keys.subject(subject).as_bytes()), "{subject:?}");
            for key in [keys.subject(subject), keys.epoch(subject)] {
                assert!(key.starts_with(&keys.common_prefix()), "{key}");
            }
        }
    }

    #[test]
    fn a_subject_cannot_leave_its_hash_tag() {
        let keys = Keyspace::new("jwt");
        assert_eq!(keys.subject("a}:epoch{b"), "jwt:{a%7D:epoch%7Bb}");
        assert_eq!(keys.subject(""), "jwt:{%}");
    }

    #[test]
    fn ids_are_read_from_the_fields_of_sessions() {
        for id in ["", "-", "sid 1", "é"] {
            assert_eq!(session_id(session_field(id).as_bytes()).as_deref(), Some(id));
            assert_eq!(session_id(device_field(id).as_bytes()), None);
        }
    }
}
