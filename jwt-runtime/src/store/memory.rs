//! [`MemoryStore`]: sessions and revocations of one process.

mod records;
mod shelf;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use self::records::Records;
use super::session_record::{self, Decision, MOST_REVOKED, SessionRecord};
use super::{NewSession, Opening, Rotation, RotationStep, Session, Standing, TokenRef, TokenStore};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;

/// How many sessions and revocations a store holds unless it was told otherwise.
const DEFAULT_MAX_RECORDS: usize = 1_000_000;

/// Keeps sessions and revocations in the memory of this process.
///
/// For a service with one process, and for tests. Clones share their records. Nothing is written
/// to disk: a restart forgets every session, so everybody has to log in again. Revoked tokens do
/// not come back to life by it, because the sessions that they belong to are forgotten with them.
/// `RedbStore` (feature `redb`) is the same in a file: a restart forgets nothing.
///
/// Records expire by the time that is passed to each method. Expired ones are dropped in passing
/// by later writes, a few at a time; there is no background task. The number of records is
/// bounded, by 1,000,000 unless [`with_max_records`](Self::with_max_records) says otherwise: 200
/// to 400 bytes each, and 400 more for every subject with sessions or with revocations. A store
/// that is full refuses logins and revocations with [`StoreError::Full`]; it never forgets a living
/// record to make room.
///
/// # Examples
///
/// ```
/// use jwt_runtime::MemoryStore;
///
/// let store = MemoryStore::with_max_records(50_000);
/// assert!(store.is_empty());
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    records: Arc<RwLock<Records>>,
    max_records: usize,
}

impl MemoryStore {
    /// An empty store for up to 1,000,000 sessions and revocations.
    pub fn new() -> Self {
        Self::with_max_records(DEFAULT_MAX_RECORDS)
    }

    /// An empty store for up to `max_records` sessions and revocations together.
    pub fn with_max_records(max_records: usize) -> Self {
        Self { records: Arc::default(), max_records }
    }

    /// How many sessions and revocations are held, expired ones that wait to be dropped included.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // A poisoned lock is entered: no method panics between two changes that belong together, and
    // refusing every request from then on would turn one panic into an outage.
    fn read(&self) -> RwLockReadGuard<'_, Records> {
        self.records.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Records> {
        self.records.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("max_records", &self.max_records)
            .finish_non_exhaustive()
    }
}

impl TokenStore for MemoryStore {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        let mut records = self.write();
        records.sweep(session.now);
        let surplus = match session.limit {
            None => Vec::new(),
            Some(limit) => {
                let others = records.others(&session);
                match session_record::surplus(limit, others) {
                    Some(surplus) => surplus,
                    None => return Ok(Opening::LimitReached),
                }
            }
        };
        let is_new = records.session(session.subject, session.session_id).is_none();
        if is_new && surplus.is_empty() {
            records.make_room(self.max_records, session.now)?;
        }
        for id in surplus {
            records.drop_session(session.subject, &id);
        }
        let record = SessionRecord::opened(&session);
        records.put_session(session.subject, session.session_id, record);
        Ok(Opening::Opened)
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        let records = self.read();
        if records.is_revoked(token.subject, token.token_id) {
            return Ok(Standing::Revoked);
        }
        Ok(match records.living_session(token.subject, token.session_id, now) {
            None => Standing::SessionEnded,
            Some(session) => session.standing(token),
        })
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        let mut records = self.write();
        records.sweep(step.now);
        let Some(session) = records.living_session(step.subject, step.session_id, step.now) else {
            return Ok(Rotation::SessionEnded);
        };
        let is_revoked = |id: &str| Ok::<_, StoreError>(records.is_revoked(step.subject, id));
        Ok(match session.decide(&step, is_revoked)? {
            Decision::Keep(rotation) => rotation,
            Decision::End(rotation) => {
                records.drop_session(step.subject, step.session_id);
                rotation
            }
            Decision::Rotate { created_at } => {
                let Some(session) = records.drop_session(step.subject, step.session_id) else {
                    return Ok(Rotation::SessionEnded);
                };
                records.put_session(step.subject, step.session_id, session.rotated(&step));
                Rotation::Rotated { created_at }
            }
        })
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        let mut records = self.write();
        records.sweep(now);
        if !records.is_revoked(token.subject, token.token_id) {
            if records.revoked_of(token.subject) >= MOST_REVOKED {
                records.drop_session(token.subject, token.session_id);
                return Ok(());
            }
            records.make_room(self.max_records, now)?;
        }
        records.put_revocation(token.subject, token.token_id, keep_until);
        Ok(())
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        let mut records = self.write();
        records.sweep(now);
        Ok(records.drop_session(subject, session_id).is_some_and(|session| session.lives(now)))
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        let mut records = self.write();
        records.sweep(now);
        let lives = records.living_session(subject, kept_session_id, now).is_some();
        records.drop_sessions_but(subject, lives.then_some(kept_session_id));
        Ok(lives)
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        let mut records = self.write();
        records.sweep(now);
        records.drop_sessions_but(subject, None);
        Ok(())
    }

    async fn end_every_session(&self, _now: NumericDate) -> Result<(), StoreError> {
        // Dropped after the lock: nobody waits for a million records to be given back.
        let ended = self.write().take_sessions();
        drop(ended);
        Ok(())
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        let records = self.read();
        let listed = records.listed(subject, now).into_iter();
        Ok(listed.map(|(id, session)| session.shown(id)).collect())
    }
}
