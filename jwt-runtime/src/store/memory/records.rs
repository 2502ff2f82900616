//! The records of a [`MemoryStore`](super::MemoryStore).

use std::sync::Arc;

use super::shelf::{Kept, Shelf};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::store::NewSession;
use crate::store::session_record::{Other, SessionRecord};
use crate::store::sweeping::{SWEEP_MARGIN, SWEPT_PER_WRITE};

/// Every record.
#[derive(Default)]
pub(super) struct Records {
    sessions: Shelf<SessionRecord>,
    /// By `jti`.
    revoked: Shelf<Revocation>,
}

/// Until when a revocation has to be kept.
struct Revocation(NumericDate);

impl Kept for Revocation {
    fn keep_until(&self) -> NumericDate {
        self.0
    }
}

impl Kept for SessionRecord {
    fn keep_until(&self) -> NumericDate {
        self.keep_until
    }
}

impl Records {
    pub(super) fn len(&self) -> usize {
        self.sessions.len() + self.revoked.len()
    }

    pub(super) fn session(&self, subject: &str, id: &str) -> Option<&SessionRecord> {
        self.sessions.get(subject, id)
    }

    /// The session, unless its time is over and it only waits to be swept.
    pub(super) fn living_session(
        &self,
        subject: &str,
        id: &str,
        now: NumericDate,
    ) -> Option<&SessionRecord> {
        self.session(subject, id).filter(|session| session.lives(now))
    }

    /// The sessions that are shown and that count, the earliest login first.
    pub(super) fn listed(&self, subject: &str, now: NumericDate) -> Vec<(&str, &SessionRecord)> {
        let sessions = self.sessions.of(subject).map(|(id, session)| (&**id, session));
        let mut listed: Vec<_> = sessions.filter(|(_, session)| session.is_listed(now)).collect();
        listed.sort_unstable_by_key(|(id, session)| (session.created_at, *id));
        listed
    }

    /// The sessions beside the one that is opened, as its limit sees them.
    pub(super) fn others(&self, opened: &NewSession<'_>) -> Vec<Other> {
        let sessions = self.sessions.of(opened.subject);
        sessions
            .filter(|(id, _)| &***id != opened.session_id)
            .map(|(id, other)| Other {
                created_at: other.created_at,
                id: id.to_string(),
                is_listed: other.is_listed(opened.now),
            })
            .collect()
    }

    // Deliberately without a look at `keep_until`: a token whose revocation may be forgotten has
    // expired, and "revoked" stays the right answer while the clock is being corrected.
    pub(super) fn is_revoked(&self, subject: &str, token_id: &str) -> bool {
        self.revoked.get(subject, token_id).is_some()
    }

    /// How many tokens of a subject are revoked.
    pub(super) fn revoked_of(&self, subject: &str) -> usize {
        self.revoked.count_of(subject)
    }

    /// Writes a session, in place of one with the same id.
    pub(super) fn put_session(&mut self, subject: &str, id: &str, session: SessionRecord) {
        self.sessions.put(subject, id, session);
    }

    /// Writes a revocation; one that was to be kept for longer stays as it is.
    pub(super) fn put_revocation(&mut self, subject: &str, token_id: &str, until: NumericDate) {
        let known = self.revoked.get(subject, token_id).map(Kept::keep_until);
        let keep_until = known.map_or(until, |known| known.max(until));
        self.revoked.put(subject, token_id, Revocation(keep_until));
    }

    pub(super) fn drop_session(&mut self, subject: &str, id: &str) -> Option<SessionRecord> {
        self.sessions.take(subject, id)
    }

    pub(super) fn drop_sessions_but(&mut self, subject: &str, kept: Option<&str>) {
        let ids: Vec<Arc<str>> = self.sessions.of(subject).map(|(id, _)| Arc::clone(id)).collect();
        for id in ids.iter().filter(|id| Some(&***id) != kept) {
            self.drop_session(subject, id);
        }
    }

    /// Takes the sessions of all subjects out, in one step; the revocations stay.
    pub(super) fn take_sessions(&mut self) -> Shelf<SessionRecord> {
        std::mem::take(&mut self.sessions)
    }

    /// Drops a few of the records whose time is long over.
    pub(super) fn sweep(&mut self, now: NumericDate) {
        for _ in 0..SWEPT_PER_WRITE {
            if !self.drop_first_due(|keep_until| keep_until + SWEEP_MARGIN <= now) {
                return;
            }
        }
    }

    /// Makes sure that one more record fits, dropping one whose time is over if it has to.
    pub(super) fn make_room(&mut self, max: usize, now: NumericDate) -> Result<(), StoreError> {
        if self.len() < max || self.drop_first_due(|keep_until| keep_until <= now) {
            Ok(())
        } else {
            Err(StoreError::Full)
        }
    }

    fn drop_first_due(&mut self, is_over: impl Fn(NumericDate) -> bool) -> bool {
        if self.sessions.first_due().is_some_and(&is_over) {
            self.sessions.drop_first();
            return true;
        }
        let is_due = self.revoked.first_due().is_some_and(is_over);
        if is_due {
            self.revoked.drop_first();
        }
        is_due
    }
}
