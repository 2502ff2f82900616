//! What each method of the store does in a transaction.
//!
//! A write reads everything that it needs before it changes anything: a record that cannot be read
//! then fails one call, and not the others of the transaction.

use redb::{ReadTransaction, ReadableTable, WriteTransaction};

use super::failure::Failure;
use super::record;
use super::tables::{REVOKED, SESSIONS, SESSIONS_DUE, Writing, for_each_of};
use crate::numeric_date::NumericDate;
use crate::store::session_record::{self, Decision, Other, SessionRecord};
use crate::store::{Opening, Rotation, RotationStep, Session, SessionLimit, Standing, TokenRef};

/// A record is opened at its `created_at`.
pub(super) fn open_session(
    transaction: &WriteTransaction,
    subject: &str,
    session_id: &str,
    session: SessionRecord,
    limit: Option<SessionLimit>,
) -> Result<Opening, Failure> {
    let now = session.created_at;
    let mut tables = Writing::swept(transaction, now)?;
    let surplus = match limit {
        None => Vec::new(),
        Some(limit) => {
            let mut others = Vec::new();
            for_each_of(&tables.sessions, subject, |id, written| {
                let other = record::read(written)?;
                if id != session_id {
                    others.push(Other {
                        created_at: other.created_at,
                        id: id.to_owned(),
                        is_listed: other.is_listed(now),
                    });
                }
                Ok(())
            })?;
            match session_record::surplus(limit, others) {
                Some(surplus) => surplus,
                None => return Ok(Opening::LimitReached),
            }
        }
    };
    let (keep_until, text) = record::written(session)?;
    for id in surplus {
        tables.drop_session(subject, &id)?;
    }
    tables.put_session(subject, session_id, (keep_until, &text))?;
    Ok(Opening::Opened)
}

pub(super) fn standing(
    transaction: &ReadTransaction,
    token: TokenRef<'_>,
    now: NumericDate,
) -> Result<Standing, Failure> {
    let revoked = transaction.open_table(REVOKED)?;
    if revoked.get((token.subject, token.token_id))?.is_some() {
        return Ok(Standing::Revoked);
    }
    let sessions = transaction.open_table(SESSIONS)?;
    Ok(match living_session(&sessions, token.subject, token.session_id, now)? {
        None => Standing::SessionEnded,
        Some(session) => session.standing(token),
    })
}

pub(super) fn rotate(
    transaction: &WriteTransaction,
    step: &RotationStep<'_>,
) -> Result<Rotation, Failure> {
    let mut tables = Writing::swept(transaction, step.now)?;
    let session = living_session(&tables.sessions, step.subject, step.session_id, step.now)?;
    let Some(session) = session else { return Ok(Rotation::SessionEnded) };
    let is_revoked = |id: &str| Ok::<_, Failure>(tables.revoked.get((step.subject, id))?.is_some());
    Ok(match session.decide(step, is_revoked)? {
        Decision::Keep(rotation) => rotation,
        Decision::End(rotation) => {
            tables.drop_session(step.subject, step.session_id)?;
            rotation
        }
        Decision::Rotate { created_at } => {
            let (keep_until, text) = record::written(session.rotated(step))?;
            tables.put_session(step.subject, step.session_id, (keep_until, &text))?;
            Rotation::Rotated { created_at }
        }
    })
}

pub(super) fn revoke_token(
    transaction: &WriteTransaction,
    subject: &str,
    token_id: &str,
    now: NumericDate,
    keep_until: NumericDate,
) -> Result<(), Failure> {
    Writing::swept(transaction, now)?.put_revocation(subject, token_id, keep_until)
}

pub(super) fn end_session(
    transaction: &WriteTransaction,
    subject: &str,
    session_id: &str,
    now: NumericDate,
) -> Result<bool, Failure> {
    let dropped = Writing::swept(transaction, now)?.drop_session(subject, session_id)?;
    Ok(dropped.is_some_and(|keep_until| keep_until > now))
}

/// Ends every session of a subject but the kept one, and tells whether that lives.
pub(super) fn end_other_sessions(
    transaction: &WriteTransaction,
    subject: &str,
    kept: Option<&str>,
    now: NumericDate,
) -> Result<bool, Failure> {
    let mut tables = Writing::swept(transaction, now)?;
    let kept = match kept {
        Some(id) => living_session(&tables.sessions, subject, id, now)?.and(Some(id)),
        None => None,
    };
    tables.drop_sessions_but(subject, kept)?;
    Ok(kept.is_some())
}

/// Drops whole tables, which gives their pages back without a look at the records. Revocations
/// stay, and outlive the sessions.
pub(super) fn end_every_session(transaction: &WriteTransaction) -> Result<(), Failure> {
    transaction.delete_table(SESSIONS)?;
    transaction.delete_table(SESSIONS_DUE)?;
    // Readers expect them to be there.
    Writing::open(transaction)?;
    Ok(())
}

pub(super) fn sessions(
    transaction: &ReadTransaction,
    subject: &str,
    now: NumericDate,
) -> Result<Vec<Session>, Failure> {
    let mut listed = Vec::new();
    for_each_of(&transaction.open_table(SESSIONS)?, subject, |id, written| {
        let session = record::read(written)?;
        if session.is_listed(now) {
            listed.push(session.shown(id));
        }
        Ok(())
    })?;
    listed.sort_unstable_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(listed)
}

fn living_session(
    sessions: &impl ReadableTable<(&'static str, &'static str), (u64, &'static str)>,
    subject: &str,
    id: &str,
    now: NumericDate,
) -> Result<Option<SessionRecord>, Failure> {
    let Some(written) = sessions.get((subject, id))? else { return Ok(None) };
    let session = record::read(written.value())?;
    Ok(session.lives(now).then_some(session))
}
