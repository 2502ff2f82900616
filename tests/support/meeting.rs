//! A store that lets two questions meet: neither is answered before both were asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jwt_runtime::{
    MemoryStore, NewSession, NumericDate, Opening, Rotation, RotationStep, Session, Standing,
    StoreError, TokenRef, TokenStore,
};
use tokio::sync::Barrier;

/// Clones share their records and their meetings.
#[derive(Clone, Debug)]
pub struct Meeting {
    inner: MemoryStore,
    is_on: Arc<AtomicBool>,
    pair: Arc<Barrier>,
}

impl Default for Meeting {
    fn default() -> Self {
        let inner = MemoryStore::new();
        Self { inner, is_on: Arc::default(), pair: Arc::new(Barrier::new(2)) }
    }
}

impl Meeting {
    /// From here on, calls of `standing` are answered in pairs.
    pub fn begin(&self) {
        self.is_on.store(true, Ordering::SeqCst);
    }
}

impl TokenStore for Meeting {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        self.inner.open_session(session).await
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        let standing = self.inner.standing(token, now).await;
        if self.is_on.load(Ordering::SeqCst) {
            self.pair.wait().await;
        }
        standing
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        self.inner.rotate(step).await
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        self.inner.revoke_token(token, now, keep_until).await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        self.inner.end_session(subject, session_id, now).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        self.inner.end_other_sessions(subject, kept_session_id, now).await
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        self.inner.end_all_sessions(subject, now).await
    }

    async fn end_every_session(&self, now: NumericDate) -> Result<(), StoreError> {
        self.inner.end_every_session(now).await
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        self.inner.sessions(subject, now).await
    }
}
