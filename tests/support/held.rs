//! A store that is slow to end a session, for as long as the test wants it to be.

use std::sync::Arc;

use jwt_runtime::{
    MemoryStore, NewSession, NumericDate, Opening, Rotation, RotationStep, Session, Standing,
    StoreError, TokenRef, TokenStore,
};
use tokio::sync::Semaphore;

/// Clones share their records and their patience.
#[derive(Clone, Debug)]
pub struct Held {
    inner: MemoryStore,
    reached: Arc<Semaphore>,
    released: Arc<Semaphore>,
}

impl Default for Held {
    fn default() -> Self {
        let none = || Arc::new(Semaphore::new(0));
        Self { inner: MemoryStore::new(), reached: none(), released: none() }
    }
}

impl Held {
    /// Waits until somebody is about to end a session.
    pub async fn is_reached(&self) {
        self.reached.acquire().await.expect("it is never closed").forget();
    }

    /// Lets one session end.
    pub fn let_go(&self) {
        self.released.add_permits(1);
    }
}

impl TokenStore for Held {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        self.inner.open_session(session).await
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        self.inner.standing(token, now).await
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
        self.reached.add_permits(1);
        self.released.acquire().await.expect("it is never closed").forget();
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
