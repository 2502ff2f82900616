//! A store that counts how often it is asked, in front of one in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jwt_runtime::{
    MemoryStore, NewSession, NumericDate, Opening, Rotation, RotationStep, Session, Standing,
    StoreError, TokenRef, TokenStore,
};

/// Clones share their records and their count.
#[derive(Clone, Debug, Default)]
pub struct Counting {
    inner: MemoryStore,
    questions: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Counting {
    /// Calls of `standing`.
    pub fn questions(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }

    /// Calls of any method.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Starts counting anew.
    pub fn reset(&self) {
        self.questions.store(0, Ordering::SeqCst);
        self.calls.store(0, Ordering::SeqCst);
    }

    fn counted(&self) -> &MemoryStore {
        self.calls.fetch_add(1, Ordering::SeqCst);
        &self.inner
    }
}

impl TokenStore for Counting {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        self.counted().open_session(session).await
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        self.questions.fetch_add(1, Ordering::SeqCst);
        self.counted().standing(token, now).await
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        self.counted().rotate(step).await
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        self.counted().revoke_token(token, now, keep_until).await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        self.counted().end_session(subject, session_id, now).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        self.counted().end_other_sessions(subject, kept_session_id, now).await
    }

    async fn end_every_session(&self, now: NumericDate) -> Result<(), StoreError> {
        self.counted().end_every_session(now).await
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        self.counted().end_all_sessions(subject, now).await
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        self.counted().sessions(subject, now).await
    }
}
