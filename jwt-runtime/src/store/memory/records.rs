//! The records of a [`MemoryStore`](super::MemoryStore) and the order in which they may be dropped.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::store::session_record::SessionRecord;

/// How many records one write may drop, so that no single request pays for a long silence.
const SWEPT_PER_WRITE: usize = 64;

/// How long a record outlives its `keep_until` while there is room.
///
/// A clock that leaps ahead and is set back would otherwise take revocations with it, and bring
/// their tokens back to life.
const SWEEP_MARGIN: Duration = Duration::from_secs(60 * 60);

/// Every record, and when each may be dropped.
#[derive(Default)]
pub(super) struct Records {
    subjects: HashMap<Arc<str>, SubjectRecords>,
    /// Exactly one entry per record, soonest first; its length is the number of records.
    due: BTreeSet<Due>,
}

#[derive(Default)]
struct SubjectRecords {
    sessions: HashMap<Arc<str>, SessionRecord>,
    /// Until when each revocation has to be kept, by `jti`.
    revoked: HashMap<Arc<str>, NumericDate>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    keep_until: NumericDate,
    kind: RecordKind,
    subject: Arc<str>,
    id: Arc<str>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum RecordKind {
    Session,
    Revocation,
}

impl Records {
    pub(super) fn len(&self) -> usize {
        self.due.len()
    }

    pub(super) fn session(&self, subject: &str, id: &str) -> Option<&SessionRecord> {
        self.subjects.get(subject)?.sessions.get(id)
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

    pub(super) fn sessions(&self, subject: &str) -> impl Iterator<Item = (&str, &SessionRecord)> {
        let records = self.subjects.get(subject).into_iter();
        records.flat_map(|records| records.sessions.iter().map(|(id, session)| (&**id, session)))
    }

    // Deliberately without a look at `keep_until`: a token whose revocation may be forgotten has
    // expired, and "revoked" stays the right answer while the clock is being corrected.
    pub(super) fn is_revoked(&self, subject: &str, token_id: &str) -> bool {
        self.subjects.get(subject).is_some_and(|records| records.revoked.contains_key(token_id))
    }

    /// Writes a session, in place of one with the same id.
    pub(super) fn put_session(&mut self, subject: &str, id: &str, session: SessionRecord) {
        let subject = shared_key(&self.subjects, subject);
        let records = self.subjects.entry(Arc::clone(&subject)).or_default();
        let id = shared_key(&records.sessions, id);
        let keep_until = session.keep_until;
        let replaced = records.sessions.insert(Arc::clone(&id), session);
        self.reschedule(
            replaced.map(|session| session.keep_until),
            Due { keep_until, kind: RecordKind::Session, subject, id },
        );
    }

    /// Writes a revocation; one that was to be kept for longer stays as it is.
    pub(super) fn put_revocation(&mut self, subject: &str, token_id: &str, until: NumericDate) {
        let subject = shared_key(&self.subjects, subject);
        let records = self.subjects.entry(Arc::clone(&subject)).or_default();
        let id = shared_key(&records.revoked, token_id);
        let known = records.revoked.get(&id).copied();
        let keep_until = known.map_or(until, |known| known.max(until));
        records.revoked.insert(Arc::clone(&id), keep_until);
        self.reschedule(known, Due { keep_until, kind: RecordKind::Revocation, subject, id });
    }

    pub(super) fn drop_session(&mut self, subject: &str, id: &str) -> Option<SessionRecord> {
        let (subject, records) = self.subjects.get_key_value(subject)?;
        let (id, session) = records.sessions.get_key_value(id)?;
        let due = Due {
            keep_until: session.keep_until,
            kind: RecordKind::Session,
            subject: Arc::clone(subject),
            id: Arc::clone(id),
        };
        self.due.remove(&due);
        self.drop_record(&due)
    }

    pub(super) fn drop_sessions_but(&mut self, subject: &str, kept: Option<&str>) {
        let ids: Vec<Arc<str>> = match self.subjects.get(subject) {
            Some(records) => records.sessions.keys().cloned().collect(),
            None => return,
        };
        for id in ids.iter().filter(|id| Some(&***id) != kept) {
            self.drop_session(subject, id);
        }
    }

    /// Drops a few of the records whose time is long over.
    ///
    /// Every write adds at most one record and sweeps up to [`SWEPT_PER_WRITE`], so what is left
    /// over shrinks with each of them.
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

    fn drop_first_due(&mut self, is_over: impl FnOnce(NumericDate) -> bool) -> bool {
        if !self.due.first().is_some_and(|due| is_over(due.keep_until)) {
            return false;
        }
        if let Some(due) = self.due.pop_first() {
            self.drop_record(&due);
        }
        true
    }

    /// Takes the record of an entry that is no longer in `due`.
    fn drop_record(&mut self, due: &Due) -> Option<SessionRecord> {
        let records = self.subjects.get_mut(&due.subject)?;
        let session = match due.kind {
            RecordKind::Session => records.sessions.remove(&due.id),
            RecordKind::Revocation => {
                records.revoked.remove(&due.id);
                None
            }
        };
        if records.sessions.is_empty() && records.revoked.is_empty() {
            self.subjects.remove(&due.subject);
        }
        session
    }

    fn reschedule(&mut self, was_kept_until: Option<NumericDate>, mut due: Due) {
        if let Some(keep_until) = was_kept_until {
            let scheduled = std::mem::replace(&mut due.keep_until, keep_until);
            self.due.remove(&due);
            due.keep_until = scheduled;
        }
        self.due.insert(due);
    }
}

/// The key as the map has it, so that map and schedule share one allocation.
fn shared_key<T>(map: &HashMap<Arc<str>, T>, key: &str) -> Arc<str> {
    map.get_key_value(key).map_or_else(|| Arc::from(key), |(key, _)| Arc::clone(key))
}
