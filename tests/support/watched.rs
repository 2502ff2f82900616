//! A store in memory with a watcher in front of it, who is told of every call.

use std::fmt::Debug;
use std::future::Future;

use jwt_runtime::{
    MemoryStore, NewSession, NumericDate, Opening, Rotation, RotationStep, Session, Standing,
    StoreError, TokenRef, TokenStore,
};

/// What happens around the calls of a [`Watched`] store. They are told by the name of the method.
pub trait Watcher: Debug + Send + Sync + 'static {
    /// Called before the store is, which is left alone if this is an error.
    ///
    /// # Errors
    ///
    /// Whatever the caller of the store is to be told.
    fn before(&self, method: &'static str) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _ = method;
        std::future::ready(Ok(()))
    }

    /// Called when the store has answered and the caller does not know yet.
    ///
    /// # Errors
    ///
    /// What the caller is told in place of the answer.
    fn after(&self, method: &'static str) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _ = method;
        std::future::ready(Ok(()))
    }
}

/// Clones share their records, and their watcher as far as it does.
#[derive(Clone, Debug, Default)]
pub struct Watched<W> {
    inner: MemoryStore,
    pub(crate) watcher: W,
}

impl<W: Watcher> Watched<W> {
    /// `call` does nothing before it is awaited.
    async fn watch<T>(
        &self,
        method: &'static str,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        self.watcher.before(method).await?;
        let answer = call.await;
        self.watcher.after(method).await?;
        answer
    }
}

impl<W: Watcher> TokenStore for Watched<W> {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        self.watch("open_session", self.inner.open_session(session)).await
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        self.watch("standing", self.inner.standing(token, now)).await
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        self.watch("rotate", self.inner.rotate(step)).await
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        self.watch("revoke_token", self.inner.revoke_token(token, now, keep_until)).await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        self.watch("end_session", self.inner.end_session(subject, session_id, now)).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        let call = self.inner.end_other_sessions(subject, kept_session_id, now);
        self.watch("end_other_sessions", call).await
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        self.watch("end_all_sessions", self.inner.end_all_sessions(subject, now)).await
    }

    async fn end_every_session(&self, now: NumericDate) -> Result<(), StoreError> {
        self.watch("end_every_session", self.inner.end_every_session(now)).await
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        self.watch("sessions", self.inner.sessions(subject, now)).await
    }
}
