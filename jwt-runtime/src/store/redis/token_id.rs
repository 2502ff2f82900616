//! The ids of refresh tokens, as they are written in the value of a session.
//!
//! A UUID in its usual form takes 22 characters, so that a session stays small enough for the
//! compact encoding of a Redis hash. Every other id is a `.` and its escaped form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::escape::{escape, unescape};

/// Stands for no token at all.
pub(super) const NONE: &str = "-";

/// The shortest form of an id.
pub(super) fn short(id: &str) -> String {
    match Uuid::try_parse(id) {
        Ok(uuid) if is_usual_form(id, uuid) => URL_SAFE_NO_PAD.encode(uuid.as_bytes()),
        _ => long(id),
    }
}

/// A form that holds the id as field names have it, for scripts that have to build such a name.
pub(super) fn long(id: &str) -> String {
    [".", &escape(id)].concat()
}

/// Whether `written` is one of the forms of `id`.
pub(super) fn is(written: &str, id: &str) -> bool {
    match written.strip_prefix('.') {
        Some(escaped) => escaped == escape(id),
        None => written != NONE && written == short(id),
    }
}

/// Reads either form; `None` for anything else.
pub(super) fn read(written: &str) -> Option<String> {
    if let Some(escaped) = written.strip_prefix('.') {
        return unescape(escaped);
    }
    let bytes = URL_SAFE_NO_PAD.decode(written).ok()?;
    Some(Uuid::from_slice(&bytes).ok()?.hyphenated().to_string())
}

/// Uuids can be written in several ways, and ids are texts: another spelling is another id.
fn is_usual_form(id: &str, uuid: Uuid) -> bool {
    uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == id
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: &str = "0198c4a5-7e1b-7c3e-9d43-0b6f2c1a9e10";

    #[test]
    fn a_uuid_takes_22_characters() {
        assert_eq!(short(USUAL).len(), 22);
        assert_eq!(short(USUAL), "AZjEpX4bfD6dQwtvLBqeEA");
    }

    #[test]
    fn every_id_is_read_as_it_was_written() {
        let upper = USUAL.to_uppercase();
        let simple = USUAL.replace('-', "");
        let braced = format!("{{{USUAL}}}");
        let look_alike = short(USUAL);
        let ids = [USUAL, &upper, &simple, &braced, &look_alike, "", "-", ".", "refresh 1", "é"];
        for id in ids {
            for written in [short(id), long(id)] {
                assert_eq!(read(&written).as_deref(), Some(id), "{written}");
                for other in ids {
                    assert_eq!(is(&written, other), id == other, "{written} and {other:?}");
                }
            }
        }
    }

    #[test]
    fn no_id_is_written_as_none() {
        assert_eq!(read(NONE), None);
        for id in ["", "-", USUAL] {
            assert!(!is(NONE, id), "{id:?}");
        }
    }

    #[test]
    fn foreign_forms_are_not_read() {
        for foreign in ["", "x", "refresh-1", "AZjEpX4bfD6dQwtvLBqeEB", ".", ".a b", ".%2d"] {
            assert_eq!(read(foreign), None, "{foreign:?}");
        }
    }
}
