//! The record of one session: the value of its field.

use super::token_id;
use crate::numeric_date::NumericDate;
use crate::store::{NewSession, Session, Standing, TokenRef};
use crate::token_type::TokenType;

/// A session record, as read.
///
/// On the wire `<epoch> <current refresh jti or -> <created> <used> <lasts> <kept>`, and where a
/// refresh token may be presented once more, a space and its `jti`. `created` is a date; of the
/// three that follow, each counts seconds from the one before: from the login to the last use,
/// from there to the expiry, from there to when it may be forgotten. The scripts know this form
/// too.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    epoch: &'a str,
    current: &'a str,
    superseded: Option<&'a str>,
    created_at: NumericDate,
    pub(super) last_used_at: NumericDate,
    pub(super) expires_at: NumericDate,
    keep_until: NumericDate,
}

/// A value under one of this store's keys that this store did not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a session record in Redis could not be read")]
pub(super) struct UnreadableRecord;

impl<'a> Record<'a> {
    pub(super) fn parse(value: &'a [u8]) -> Result<Self, UnreadableRecord> {
        let text = std::str::from_utf8(value).map_err(|_| UnreadableRecord)?;
        let mut fields = text.split(' ');
        let mut field = || fields.next().filter(|field| !field.is_empty()).ok_or(UnreadableRecord);
        let (epoch, current) = (field()?, field()?);
        let created_at = date(field()?)?;
        let last_used_at = after(created_at, field()?)?;
        let expires_at = after(last_used_at, field()?)?;
        let keep_until = after(expires_at, field()?)?;
        let superseded = match fields.next() {
            Some("") => return Err(UnreadableRecord),
            superseded => superseded,
        };
        if fields.next().is_some() {
            return Err(UnreadableRecord);
        }
        Ok(Self { epoch, current, superseded, created_at, last_used_at, expires_at, keep_until })
    }

    pub(super) fn is_current(&self, refresh_token_id: &str) -> bool {
        token_id::is(self.current, refresh_token_id)
    }

    pub(super) fn is_superseded(&self, refresh_token_id: &str) -> bool {
        self.superseded.is_some_and(|superseded| token_id::is(superseded, refresh_token_id))
    }

    /// Whether it was opened since the last end of every session. No epoch is none of them: one
    /// that was lost ends its sessions.
    pub(super) fn is_of(&self, epoch: Option<&[u8]>) -> bool {
        epoch == Some(self.epoch.as_bytes())
    }

    pub(super) fn lives(&self, epoch: Option<&[u8]>, now: NumericDate) -> bool {
        self.is_of(epoch) && self.keep_until > now
    }

    pub(super) fn shown(&self, id: String) -> Session {
        Session {
            id,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            label: None,
            user_agent: None,
            address: None,
        }
    }
}

/// What is read of a token's session to tell how the token stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Findings<'a> {
    /// The record of the session.
    pub(super) session: Option<&'a [u8]>,
    /// Whether the token is marked as revoked.
    pub(super) is_revoked: bool,
    /// The epoch of the subject's slot.
    pub(super) epoch: Option<&'a [u8]>,
}

impl Findings<'_> {
    /// How the token stands at `now`, wherever this was read.
    pub(super) fn standing(
        &self,
        token: &TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, UnreadableRecord> {
        if self.is_revoked {
            return Ok(Standing::Revoked);
        }
        let Some(session) = self.session else { return Ok(Standing::SessionEnded) };
        let record = Record::parse(session)?;
        Ok(if !record.lives(self.epoch, now) {
            Standing::SessionEnded
        } else if token.token_type == TokenType::Access || record.is_current(token.token_id) {
            Standing::Live
        } else if record.is_superseded(token.token_id) {
            Standing::Superseded { rotated_at: record.last_used_at }
        } else {
            Standing::Reused
        })
    }
}

/// The record of a new session but for its epoch, which the script puts in front.
pub(super) fn without_epoch(session: &NewSession<'_>) -> String {
    let current = session.refresh_token_id.map_or(token_id::NONE.to_owned(), token_id::short);
    let lasts = seconds(session.now, session.expires_at);
    let kept = seconds(session.expires_at, session.keep_until);
    format!("{current} {} 0 {lasts} {kept}", session.now)
}

/// Reads a date in seconds since the epoch of Unix.
// Not `str::parse` alone: that takes a `+` as well, and the scripts take digits only.
pub(super) fn date(digits: &str) -> Result<NumericDate, UnreadableRecord> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UnreadableRecord);
    }
    digits.parse().map(NumericDate::from_secs).map_err(|_| UnreadableRecord)
}

/// How many seconds `to` is after `from`; less than none if it is before.
// Clocks are set back now and then, so a last use may come before the login.
fn seconds(from: NumericDate, to: NumericDate) -> i128 {
    i128::from(to.as_secs()) - i128::from(from.as_secs())
}

fn after(date: NumericDate, seconds: &str) -> Result<NumericDate, UnreadableRecord> {
    let digits = seconds.strip_prefix('-').unwrap_or(seconds);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UnreadableRecord);
    }
    let seconds: i64 = seconds.parse().map_err(|_| UnreadableRecord)?;
    let date = date.as_secs().checked_add_signed(seconds).ok_or(UnreadableRecord)?;
    Ok(NumericDate::from_secs(date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Device;

    const UUID: &str = "0198c4a5-7e1b-7c3e-9d43-0b6f2c1a9e10";

    fn session(refresh_token_id: Option<&str>) -> NewSession<'_> {
        NewSession {
            subject: "alice",
            session_id: "s",
            refresh_token_id,
            device: Device::default(),
            limit: None,
            now: NumericDate::from_secs(1_800_000_000),
            expires_at: NumericDate::from_secs(1_802_592_000),
            keep_until: NumericDate::from_secs(1_802_592_120),
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for id in ["a b", UUID] {
            let session = session(Some(id));
            let text = format!("AbCdEfGh {}", without_epoch(&session));
            let record = Record::parse(text.as_bytes()).unwrap();
            assert!(record.is_current(id) && !record.is_current("a") && !record.is_superseded(id));
            assert!(record.is_of(Some(b"AbCdEfGh")) && !record.is_of(Some(b"x")));
            assert!(!record.is_of(None));
            assert_eq!(record.created_at, session.now);
            assert_eq!(record.last_used_at, session.now);
            assert_eq!(record.expires_at, session.expires_at);
            assert_eq!(record.keep_until, session.keep_until);
        }
    }

    #[test]
    fn times_follow_one_another_in_any_order() {
        for (now, expires_at, keep_until) in [(30, 20, 10), (0, u64::MAX, 0), (u64::MAX, 0, 0)] {
            let mut session = session(None);
            session.now = NumericDate::from_secs(now);
            session.expires_at = NumericDate::from_secs(expires_at);
            session.keep_until = NumericDate::from_secs(keep_until);
            let text = format!("e {}", without_epoch(&session));
            let record = Record::parse(text.as_bytes()).unwrap();
            assert_eq!(record.last_used_at, session.now);
            assert_eq!(record.expires_at, session.expires_at);
            assert_eq!(record.keep_until, session.keep_until);
        }
    }

    #[test]
    fn a_session_of_a_month_stays_within_64_bytes_for_three_years() {
        let at_login = format!("AbCdEfGh {}", without_epoch(&session(Some(UUID))));
        assert_eq!(at_login.len(), 56, "{at_login}");
        let later = at_login.replace(" 0 ", " 99999999 ");
        assert!(later.len() < 64, "{later}");
    }

    #[test]
    fn no_refresh_token_is_none_of_them() {
        let text = format!("e {}", without_epoch(&session(None)));
        let record = Record::parse(text.as_bytes()).unwrap();
        for id in ["-", "", "%2D", "x", UUID] {
            assert!(!record.is_current(id), "{id:?}");
        }
    }

    #[test]
    fn foreign_values_are_errors() {
        for value in [
            "",
            " ",
            "e",
            "e .j 1 2 3",
            "e .j 1 2 x 4",
            "e .j +1 2 3 4",
            "e .j -1 2 3 4",
            "e .j 1 +2 3 4",
            "e .j 1 2 3.5 4",
            "e .j 1 2 - 4",
            "e .j 1 2 3 4 ",
            "e .j 1 2 3 4 .i .h",
            "e  1 2 3 4",
            "e .j 1 -2 3 4",
            "e .j 1 2 99999999999999999999 4",
        ] {
            assert_eq!(Record::parse(value.as_bytes()), Err(UnreadableRecord), "{value:?}");
        }
        assert_eq!(Record::parse(b"e .j 1 2 3 4 \xff"), Err(UnreadableRecord));
    }
}
