//! The tables of the file.
//!
//! Every record has one entry in [`DUE`], written and dropped in the transaction that writes and
//! drops the record.

use std::time::Duration;

use redb::{ReadableTable, Table, TableDefinition, WriteTransaction};

use super::failure::Failure;
use crate::numeric_date::NumericDate;

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

/// `(keep_until, kind, sub, sid or jti)`: what may be dropped, soonest first.
pub(super) const DUE: TableDefinition<'_, (u64, u8, &str, &str), ()> =
    TableDefinition::new("jwt_due");

const SESSION: u8 = 0;
const REVOCATION: u8 = 1;

/// How many records one write may drop, so that no single request pays for a long silence.
const SWEPT_PER_WRITE: usize = 64;

/// How long a record outlives its `keep_until`.
///
/// A clock that leaps ahead and is set back would otherwise take revocations with it, and bring
/// their tokens back to life.
const SWEEP_MARGIN: Duration = Duration::from_secs(60 * 60);

/// The tables of a write transaction.
pub(super) struct Writing<'t> {
    pub(super) sessions: Table<'t, (&'static str, &'static str), (u64, &'static str)>,
    pub(super) revoked: Table<'t, (&'static str, &'static str), u64>,
    due: Table<'t, (u64, u8, &'static str, &'static str), ()>,
}

impl<'t> Writing<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction) -> Result<Self, Failure> {
        Ok(Self {
            sessions: transaction.open_table(SESSIONS)?,
            revoked: transaction.open_table(REVOKED)?,
            due: transaction.open_table(DUE)?,
        })
    }

    /// Opens them for a write at this time, which drops a few records whose time is long over.
    ///
    /// Every write adds at most one record and drops up to [`SWEPT_PER_WRITE`], so what is left
    /// over shrinks with each of them.
    pub(super) fn swept(
        transaction: &'t WriteTransaction,
        now: NumericDate,
    ) -> Result<Self, Failure> {
        let mut tables = Self::open(transaction)?;
        for _ in 0..SWEPT_PER_WRITE {
            let Some((keep_until, kind, subject, id)) = tables.first_due()? else { break };
            if NumericDate::from_secs(keep_until) + SWEEP_MARGIN > now {
                break;
            }
            tables.due.remove((keep_until, kind, &*subject, &*id))?;
            match kind {
                SESSION => drop(tables.sessions.remove((&*subject, &*id))?),
                _ => drop(tables.revoked.remove((&*subject, &*id))?),
            }
        }
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
        self.reschedule(was_kept_until, keep_until, SESSION, subject, id)
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
        self.reschedule(known, keep_until, REVOCATION, subject, token_id)
    }

    /// Drops a session, readable or not, and tells until when it was kept.
    pub(super) fn drop_session(
        &mut self,
        subject: &str,
        id: &str,
    ) -> Result<Option<NumericDate>, Failure> {
        let dropped = self.sessions.remove((subject, id))?;
        let Some(keep_until) = dropped.map(|dropped| dropped.value().0) else { return Ok(None) };
        self.due.remove((keep_until, SESSION, subject, id))?;
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

    fn reschedule(
        &mut self,
        was_kept_until: Option<u64>,
        keep_until: u64,
        kind: u8,
        subject: &str,
        id: &str,
    ) -> Result<(), Failure> {
        if was_kept_until == Some(keep_until) {
            return Ok(());
        }
        if let Some(was_kept_until) = was_kept_until {
            self.due.remove((was_kept_until, kind, subject, id))?;
        }
        self.due.insert((keep_until, kind, subject, id), ())?;
        Ok(())
    }

    fn first_due(&self) -> Result<Option<(u64, u8, String, String)>, Failure> {
        Ok(self.due.first()?.map(|(due, _)| {
            let (keep_until, kind, subject, id) = due.value();
            (keep_until, kind, subject.to_owned(), id.to_owned())
        }))
    }
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
