//! A store whose plug can be pulled, in front of one in memory.

use std::sync::{Arc, Mutex, PoisonError};

use jwt_runtime::{
    MemoryStore, NewSession, NumericDate, Opening, Rotation, RotationStep, Session, Standing,
    StoreError, TokenRef, TokenStore,
};

/// Makes what every call fails with.
type Failure = fn() -> StoreError;

/// Clones share their records and their plug.
#[derive(Clone, Debug, Default)]
pub struct Plugged {
    inner: MemoryStore,
    failure: Arc<Mutex<Option<Failure>>>,
}

impl Plugged {
    /// From here on nobody answers.
    pub fn pull(&self) {
        self.fail_with(|| {
            StoreError::unavailable("connection refused to redis://:hunter2@10.0.0.1")
        });
    }

    /// From here on everything fails, and like this.
    pub fn fail_with(&self, failure: Failure) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }

    /// From here on everything is as it was.
    pub fn plug_in(&self) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn reach(&self) -> Result<&MemoryStore, StoreError> {
        match *self.failure.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(failure) => Err(failure()),
            None => Ok(&self.inner),
        }
    }
}

impl TokenStore for Plugged {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        self.reach()?.open_session(session).await
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        self.reach()?.standing(token, now).await
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        self.reach()?.rotate(step).await
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        self.reach()?.revoke_token(token, now, keep_until).await
    }

    async fn end_session(
        &self,
        sub: &str,
        sid: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        self.reach()?.end_session(sub, sid, now).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        self.reach()?.end_other_sessions(subject, kept_session_id, now).await
    }

    async fn end_every_session(&self, now: NumericDate) -> Result<(), StoreError> {
        self.reach()?.end_every_session(now).await
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        self.reach()?.end_all_sessions(subject, now).await
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        self.reach()?.sessions(subject, now).await
    }
}
