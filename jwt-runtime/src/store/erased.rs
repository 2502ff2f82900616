//! [`TokenStore`] behind a pointer, so that an authority is one type whatever its store.

use std::future::Future;
use std::pin::Pin;

use super::{NewSession, Opening, Rotation, RotationStep, Session, Standing, TokenRef, TokenStore};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;

pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// The methods of [`TokenStore`] with boxed futures.
pub(crate) trait ErasedStore: std::fmt::Debug + Send + Sync {
    fn open_session<'a>(&'a self, session: NewSession<'a>) -> Answer<'a, Opening>;
    fn standing<'a>(&'a self, token: TokenRef<'a>, now: NumericDate) -> Answer<'a, Standing>;
    fn rotate<'a>(&'a self, step: RotationStep<'a>) -> Answer<'a, Rotation>;
    fn revoke_token<'a>(
        &'a self,
        token: TokenRef<'a>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Answer<'a, ()>;
    fn end_session<'a>(
        &'a self,
        subject: &'a str,
        session_id: &'a str,
        now: NumericDate,
    ) -> Answer<'a, bool>;
    fn end_other_sessions<'a>(
        &'a self,
        subject: &'a str,
        kept_session_id: &'a str,
        now: NumericDate,
    ) -> Answer<'a, bool>;
    fn end_all_sessions<'a>(&'a self, subject: &'a str, now: NumericDate) -> Answer<'a, ()>;
    fn end_every_session(&self, now: NumericDate) -> Answer<'_, ()>;
    fn sessions<'a>(&'a self, subject: &'a str, now: NumericDate) -> Answer<'a, Vec<Session>>;
}

impl<T: TokenStore> ErasedStore for T {
    fn open_session<'a>(&'a self, session: NewSession<'a>) -> Answer<'a, Opening> {
        Box::pin(TokenStore::open_session(self, session))
    }

    fn standing<'a>(&'a self, token: TokenRef<'a>, now: NumericDate) -> Answer<'a, Standing> {
        Box::pin(TokenStore::standing(self, token, now))
    }

    fn rotate<'a>(&'a self, step: RotationStep<'a>) -> Answer<'a, Rotation> {
        Box::pin(TokenStore::rotate(self, step))
    }

    fn revoke_token<'a>(
        &'a self,
        token: TokenRef<'a>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Answer<'a, ()> {
        Box::pin(TokenStore::revoke_token(self, token, now, keep_until))
    }

    fn end_session<'a>(
        &'a self,
        subject: &'a str,
        session_id: &'a str,
        now: NumericDate,
    ) -> Answer<'a, bool> {
        Box::pin(TokenStore::end_session(self, subject, session_id, now))
    }

    fn end_other_sessions<'a>(
        &'a self,
        subject: &'a str,
        kept_session_id: &'a str,
        now: NumericDate,
    ) -> Answer<'a, bool> {
        Box::pin(TokenStore::end_other_sessions(self, subject, kept_session_id, now))
    }

    fn end_all_sessions<'a>(&'a self, subject: &'a str, now: NumericDate) -> Answer<'a, ()> {
        Box::pin(TokenStore::end_all_sessions(self, subject, now))
    }

    fn end_every_session(&self, now: NumericDate) -> Answer<'_, ()> {
        Box::pin(TokenStore::end_every_session(self, now))
    }

    fn sessions<'a>(&'a self, subject: &'a str, now: NumericDate) -> Answer<'a, Vec<Session>> {
        Box::pin(TokenStore::sessions(self, subject, now))
    }
}
