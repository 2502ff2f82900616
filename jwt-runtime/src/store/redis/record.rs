//! The record of one session: the value of its key.

use super::keys::escape;
use crate::numeric_date::NumericDate;
use crate::store::{NewSession, Session};

/// A session record, as read.
///
/// On the wire `<nonce> <refresh jti or -> <created> <last used> <expires>`, and if there is a
/// label, a space and the label up to the end. The scripts know this form too.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    nonce: &'a str,
    refresh_token_id: &'a str,
    created_at: NumericDate,
    last_used_at: NumericDate,
    pub(super) expires_at: NumericDate,
    label: Option<&'a str>,
}

/// A value under one of this store's keys that this store did not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a session record in Redis could not be read")]
pub(super) struct UnreadableRecord;

impl<'a> Record<'a> {
    pub(super) fn parse(value: &'a [u8]) -> Result<Self, UnreadableRecord> {
        let text = std::str::from_utf8(value).map_err(|_| UnreadableRecord)?;
        let mut fields = text.splitn(6, ' ');
        let mut field = || fields.next().filter(|field| !field.is_empty()).ok_or(UnreadableRecord);
        Ok(Self {
            nonce: field()?,
            refresh_token_id: field()?,
            created_at: date(field()?)?,
            last_used_at: date(field()?)?,
            expires_at: date(field()?)?,
            label: fields.next(),
        })
    }

    pub(super) fn is_current(&self, refresh_token_id: &str) -> bool {
        self.refresh_token_id == escape(refresh_token_id)
    }

    pub(super) fn belongs_to(&self, nonce: &[u8]) -> bool {
        self.nonce.as_bytes() == nonce
    }

    pub(super) fn into_session(self, id: String) -> Session {
        Session {
            id,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            label: self.label.map(str::to_owned),
            user_agent: None,
            address: None,
        }
    }
}

/// The record of a new session but for its nonce, which the script puts in front.
pub(super) fn without_nonce(session: &NewSession<'_>) -> String {
    let refresh_token_id = session.refresh_token_id.map_or("-".into(), escape);
    let (now, expires_at) = (session.now, session.expires_at);
    let mut record = format!("{refresh_token_id} {now} {now} {expires_at}");
    if let Some(label) = session.device.label {
        record.push(' ');
        record.push_str(label);
    }
    record
}

// Not `str::parse` alone: that takes a `+` as well, and the scripts take digits only.
fn date(digits: &str) -> Result<NumericDate, UnreadableRecord> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UnreadableRecord);
    }
    digits.parse().map(NumericDate::from_secs).map_err(|_| UnreadableRecord)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Device;

    fn written(refresh_token_id: Option<&str>, label: Option<&str>) -> String {
        let session = NewSession {
            subject: "alice",
            session_id: "s",
            refresh_token_id,
            device: Device { label, ..Device::default() },
            limit: None,
            now: NumericDate::from_secs(10),
            expires_at: NumericDate::from_secs(20),
            keep_until: NumericDate::from_secs(30),
        };
        format!("nonce {}", without_nonce(&session))
    }

    #[test]
    fn what_was_written_is_read() {
        for label in [None, Some(""), Some("phone"), Some("Firefox on\nLinux  日本"), Some(" ")] {
            let text = written(Some("a b"), label);
            let record = Record::parse(text.as_bytes()).unwrap();
            assert!(record.is_current("a b") && !record.is_current("a"));
            assert_eq!(record.into_session("s".to_owned()).label.as_deref(), label);
        }
    }

    #[test]
    fn no_refresh_token_is_none_of_them() {
        let text = written(None, None);
        let record = Record::parse(text.as_bytes()).unwrap();
        for id in ["-", "", "%2D", "x"] {
            assert!(!record.is_current(id), "{id:?}");
        }
    }

    #[test]
    fn foreign_values_are_errors() {
        for value in [
            "",
            " ",
            "n",
            "n j 1 2",
            "n j 1 2 x",
            "n j +1 2 3",
            "n j 1 2 3.5",
            "n  1 2 3",
            "n j 1 2 99999999999999999999",
        ] {
            assert_eq!(Record::parse(value.as_bytes()), Err(UnreadableRecord), "{value:?}");
        }
        assert_eq!(Record::parse(b"n j 1 2 3 \xff"), Err(UnreadableRecord));
    }
}
