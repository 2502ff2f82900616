//! The tables of the file.
//!
//! Every record has one entry in the schedule of its table, written and dropped in the transaction
//! that writes and drops the record.

use redb::{ReadableTable, Table, TableDefinition, Value, WriteTransaction};

use super::failure::Failure;
use crate::numeric_date::NumericDate;
use crate::store::sweeping::{SWEEP_MARGIN, SWEPT_PER_WRITE};

/// The version of everything in this module and in `record`.
pub(super) const SCHEMA: u64 = 1;

/// `schema`: [`SCHEMA`].
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("jwt_meta");

/// `(sub, sid)`: `keep_until` and the JSON of `record`.
pub(super) const SESSIONS: TableDefinition<'_, (&str, &str), (u64, &str)> =
    TableDefinition::new("jwt_sessions");

/// `(sub, jti)`: `keep_until`.
pub(super) const REVOKED: TableDefinition<'_, (&str, &str), u64> =
    TableDefinition::new("jwt_revoked");

/// `(keep_until, sub, sid)`: which sessions may be dropped, soonest first.
pub(super) const SESSIONS_DUE: TableDefinition<'_, (u64, &str, &str), ()> =
    TableDefinition::new("jwt_sessions_due");

/// `(keep_until, sub, jti)`: which revocations may be dropped, soonest first.
pub(super) const REVOKED_DUE: TableDefinition<'_, (u64, &str, &str), ()> =
    TableDefinition::new("jwt_revoked_due");

type Records<'t, V> = Table<'t, (&'static str, &'static str), V>;
type Schedule<'t> = Table<'t, (u64, &'static str, &'static str), ()>;

/// The tables of a write transaction.
pub(super) struct Writing<'t> {
    pub(super) sessions: Records<'t, (u64, &'static str)>,
    pub(super) revoked: Records<'t, u64>,
    sessions_due: Schedule<'t>,
    revoked_due: Schedule<'t>,
}

impl<'t> Writing<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction) -> Result<Self, Failure> {
        Ok(Self {
            sessions: transaction.open_table(SESSIONS)?,
            revoked: transaction.open_table(REVOKED)?,
            sessions_due: transaction.open_table(SESSIONS_DUE)?,
            revoked_due: transaction.open_table(REVOKED_DUE)?,
        })
    }

    /// Opens them for a write at this time, which drops a few records whose time is long over.
    pub(super) fn swept(
        transaction: &'t WriteTransaction,
        now: NumericDate,
    ) -> Result<Self, Failure> {
        let mut tables = Self::open(transaction)?;
        sweep(&mut tables.sessions, &mut tables.sessions_due, now)?;
        sweep(&mut tables.revoked, &mut tables.revoked_due, now)?;
        Ok(tables)
    }

    /// Writes a session, in place of one with the same id.
    pub(super) fn put_session(
        &mut self,
        subject: &str,
        id: &str,
        (keep_until, text): (u64, &str),
    ) -> Result<(), Failure> {
        let replaced = self.sessions.insert((subject, id), (keep_until, text))?;
        let was_kept_until = replaced.map(|replaced| replaced.value().0);
        reschedule(&mut self.sessions_due, was_kept_until, keep_until, subject, id)
    }

    /// Writes a revocation; one that was to be kept for longer stays as it is.
    pub(super) fn put_revocation(
        &mut self,
        subject: &str,
        token_id: &str,
        keep_until: NumericDate,
    ) -> Result<(), Failure> {
        let known = self.revoked.get((subject, token_id))?.map(|known| known.value());
        let keep_until =
            known.map_or(keep_until.as_secs(), |known| known.max(keep_until.as_secs()));
        self.revoked.insert((subject, token_id), keep_until)?;
        reschedule(&mut self.revoked_due, known, keep_until, subject, token_id)
    }

    /// Drops a session, readable or not, and tells until when it was kept.
    pub(super) fn drop_session(
        &mut self,
        subject: &str,
        id: &str,
    ) -> Result<Option<NumericDate>, Failure> {
        let dropped = self.sessions.remove((subject, id))?;
        let Some(keep_until) = dropped.map(|dropped| dropped.value().0) else { return Ok(None) };
        self.sessions_due.remove((keep_until, subject, id))?;
        Ok(Some(NumericDate::from_secs(keep_until)))
    }

    pub(super) fn drop_sessions_but(
        &mut self,
        subject: &str,
        kept: Option<&str>,
    ) -> Result<(), Failure> {
        let mut ids = Vec::new();
        for_each_of(&self.sessions, subject, |id, _| {
            if Some(id) != kept {
                ids.push(id.to_owned());
            }
            Ok(())
        })?;
        for id in ids {
            self.drop_session(subject, &id)?;
        }
        Ok(())
    }
}

fn reschedule(
    due: &mut Schedule<'_>,
    was_kept_until: Option<u64>,
    keep_until: u64,
    subject: &str,
    id: &str,
) -> Result<(), Failure> {
    if was_kept_until == Some(keep_until) {
        return Ok(());
    }
    if let Some(was_kept_until) = was_kept_until {
        due.remove((was_kept_until, subject, id))?;
    }
    due.insert((keep_until, subject, id), ())?;
    Ok(())
}

fn sweep<V: Value + 'static>(
    records: &mut Records<'_, V>,
    due: &mut Schedule<'_>,
    now: NumericDate,
) -> Result<(), Failure> {
    for _ in 0..SWEPT_PER_WRITE {
        let is_over = due.first()?.is_some_and(|(first, _)| {
            NumericDate::from_secs(first.value().0) + SWEEP_MARGIN <= now
        });
        if !is_over {
            break;
        }
        if let Some((first, _)) = due.pop_first()? {
            let (_, subject, id) = first.value();
            records.remove((subject, id))?;
        }
    }
    Ok(())
}

/// Calls `visit` for every session of a subject, those that wait to be swept included.
pub(super) fn for_each_of(
    sessions: &impl ReadableTable<(&'static str, &'static str), (u64, &'static str)>,
    subject: &str,
    mut visit: impl FnMut(&str, (u64, &str)) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for entry in sessions.range((subject, "")..)? {
        let (key, session) = entry?;
        let (of, id) = key.value();
        if of != subject {
            break;
        }
        visit(id, session.value())?;
    }
    Ok(())
}
