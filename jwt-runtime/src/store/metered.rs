//! A store whose every answer is timed.

use std::future::Future;
use std::time::Instant;

use super::erased::{Answer, ErasedStore};
use super::{NewSession, Opening, Rotation, RotationStep, Session, Standing, TokenRef};
use crate::error::StoreError;
use crate::meter;
use crate::numeric_date::NumericDate;

/// Passes everything on, and notes how long it took.
#[derive(Debug)]
pub(crate) struct Metered<T>(pub(crate) T);

impl<T: ErasedStore> ErasedStore for Metered<T> {
    fn open_session<'a>(&'a self, session: NewSession<'a>) -> Answer<'a, Opening> {
        timed("open_session", self.0.open_session(session))
    }

    fn standing<'a>(&'a self, token: TokenRef<'a>, now: NumericDate) -> Answer<'a, Standing> {
        timed("standing", self.0.standing(token, now))
    }

    fn rotate<'a>(&'a self, step: RotationStep<'a>) -> Answer<'a, Rotation> {
        timed("rotate", self.0.rotate(step))
    }

    fn revoke_token<'a>(
        &'a self,
        token: TokenRef<'a>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Answer<'a, ()> {
        timed("revoke_token", self.0.revoke_token(token, now, keep_until))
    }

    fn end_session<'a>(
        &'a self,
        subject: &'a str,
        session_id: &'a str,
        now: NumericDate,
    ) -> Answer<'a, bool> {
        timed("end_session", self.0.end_session(subject, session_id, now))
    }

    fn end_other_sessions<'a>(
        &'a self,
        subject: &'a str,
        kept_session_id: &'a str,
        now: NumericDate,
    ) -> Answer<'a, bool> {
        timed("end_other_sessions", self.0.end_other_sessions(subject, kept_session_id, now))
    }

    fn end_all_sessions<'a>(&'a self, subject: &'a str, now: NumericDate) -> Answer<'a, ()> {
        timed("end_all_sessions", self.0.end_all_sessions(subject, now))
    }

    fn end_every_session(&self, now: NumericDate) -> Answer<'_, ()> {
        timed("end_every_session", self.0.end_every_session(now))
    }

    fn sessions<'a>(&'a self, subject: &'a str, now: NumericDate) -> Answer<'a, Vec<Session>> {
        timed("sessions", self.0.sessions(subject, now))
    }
}

fn timed<'a, T: Send + 'a>(
    operation: &'static str,
    call: impl Future<Output = Result<T, StoreError>> + Send + 'a,
) -> Answer<'a, T> {
    Box::pin(async move {
        let start = Instant::now();
        let answer = call.await;
        meter::store_asked(operation, outcome(answer.as_ref().err()), start.elapsed());
        answer
    })
}

/// What is not asked at all takes no time: counted as `unavailable` it would hide how long the
/// store takes to fail.
fn outcome(error: Option<&StoreError>) -> &'static str {
    match error {
        None => "ok",
        Some(StoreError::Timeout(_)) => "timeout",
        Some(StoreError::CircuitOpen) => "circuit_open",
        Some(StoreError::ViewUnproven) => "view_unproven",
        Some(StoreError::Overloaded) => "overloaded",
        Some(StoreError::Unconfirmed { .. }) => "unconfirmed",
        Some(StoreError::Full) => "full",
        Some(StoreError::Unreadable(_)) => "unreadable",
        Some(StoreError::Unavailable(_)) => "unavailable",
    }
}
