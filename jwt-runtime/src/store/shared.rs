//! A [`TokenStore`] behind an [`Arc`] is one too.

use std::sync::Arc;

use super::{NewSession, Opening, Rotation, RotationStep, Session, Standing, TokenRef, TokenStore};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;

impl<T: TokenStore> TokenStore for Arc<T> {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        T::open_session(self, session).await
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        T::standing(self, token, now).await
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        T::rotate(self, step).await
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        T::revoke_token(self, token, now, keep_until).await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        T::end_session(self, subject, session_id, now).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        T::end_other_sessions(self, subject, kept_session_id, now).await
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        T::end_all_sessions(self, subject, now).await
    }

    async fn end_every_session(&self, now: NumericDate) -> Result<(), StoreError> {
        T::end_every_session(self, now).await
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        T::sessions(self, subject, now).await
    }
}
