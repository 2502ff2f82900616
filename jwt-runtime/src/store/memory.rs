//! [`MemoryStore`]: sessions and revocations of one process.

mod records;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use self::records::{Records, SessionRecord};
use super::{NewSession, Rotation, RotationStep, Session, Standing, TokenRef, TokenStore};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::token_type::TokenType;

/// How many sessions and revocations a store holds unless it was told otherwise.
const DEFAULT_MAX_RECORDS: usize = 1_000_000;

/// Keeps sessions and revocations in the memory of this process.
///
/// For a service with one process, and for tests. Clones share their records. Nothing is written
/// to disk: a restart forgets every session, so everybody has to log in again. Revoked tokens do
/// not come back to life by it, because the sessions that they belong to are forgotten with them.
///
/// Records expire by the time that is passed to each method. Expired ones are dropped in passing
/// by later writes, a few at a time; there is no background task. The number of records is
/// bounded, by 1,000,000 unless [`with_max_records`](Self::with_max_records) says otherwise: 200
/// to 400 bytes each, and 400 more for every subject that has any. A store that is full refuses
/// logins and revocations with [`StoreError::Full`]; it never forgets a living record to make room.
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
    async fn open_session(&self, session: NewSession<'_>) -> Result<(), StoreError> {
        let mut records = self.write();
        records.sweep(session.now);
        if records.session(session.subject, session.session_id).is_none() {
            records.make_room(self.max_records, session.now)?;
        }
        records.put_session(
            session.subject,
            session.session_id,
            SessionRecord {
                refresh_token_id: session.refresh_token_id.map(Box::from),
                label: session.label.map(Box::from),
                created_at: session.now,
                last_used_at: session.now,
                expires_at: session.expires_at,
                keep_until: session.keep_until,
            },
        );
        Ok(())
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
            Some(session) => match token.token_type {
                TokenType::Refresh if !session.is_current(token.token_id) => Standing::Reused,
                TokenType::Refresh | TokenType::Access => Standing::Live,
            },
        })
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        let mut records = self.write();
        records.sweep(step.now);
        let Some(session) = records.living_session(step.subject, step.session_id, step.now) else {
            return Ok(Rotation::SessionEnded);
        };
        if records.is_revoked(step.subject, step.presented) {
            return Ok(Rotation::Revoked);
        }
        if !session.is_current(step.presented) {
            records.drop_session(step.subject, step.session_id);
            return Ok(Rotation::Reused);
        }
        let rotated = SessionRecord {
            refresh_token_id: Some(step.successor.into()),
            label: session.label.clone(),
            created_at: session.created_at,
            last_used_at: step.now,
            expires_at: step.expires_at,
            keep_until: step.keep_until,
        };
        records.put_session(step.subject, step.session_id, rotated);
        Ok(Rotation::Rotated)
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
        Ok(records
            .drop_session(subject, session_id)
            .is_some_and(|session| session.keep_until > now))
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        let mut records = self.write();
        records.sweep(now);
        records.drop_sessions(subject);
        Ok(())
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        let mut sessions: Vec<Session> = self
            .read()
            .sessions(subject)
            .filter(|(_, session)| session.expires_at > now)
            .map(|(id, session)| session.shown(id))
            .collect();
        sessions.sort_unstable_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(sessions)
    }
}
