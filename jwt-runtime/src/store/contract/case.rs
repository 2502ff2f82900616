//! What the clauses are written with.

use std::fmt::Debug;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::clock::{Clock, SystemClock};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::store::{
    Device, NewSession, Opening, Rotation, RotationStep, Session, SessionLimit, Standing, TokenRef,
    TokenStore,
};
use crate::token_type::TokenType;

pub(super) const REFRESH_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
pub(super) const LEEWAY_AND_MARGIN: Duration = Duration::from_secs(90);
pub(super) const GRACE: Duration = Duration::from_secs(10);

/// One clause under test: a store whose failures are reported under the clause's name.
pub(super) struct Case<S> {
    pub(super) store: Arc<S>,
    pub(super) clause: &'static str,
    pub(super) now: NumericDate,
}

impl<S: TokenStore> Case<S> {
    pub(super) fn new(store: &Arc<S>, clause: &'static str) -> Self {
        Self { store: Arc::clone(store), clause, now: SystemClock.now() }
    }

    /// Opens a session of a subject that nobody has heard of.
    pub(super) async fn login(&self) -> Login {
        self.login_of(&new_id()).await
    }

    pub(super) async fn login_of(&self, subject: &str) -> Login {
        let login = Login::new(subject, self.now);
        self.open(&login).await;
        login
    }

    pub(super) async fn open(&self, login: &Login) {
        let opening = self.open_session(login.new_session()).await;
        self.assert_eq(opening, Opening::Opened, "`open_session` without a limit");
    }

    pub(super) async fn open_within(&self, limit: SessionLimit, login: &Login) -> Opening {
        self.open_session(NewSession { limit: Some(limit), ..login.new_session() }).await
    }

    pub(super) async fn open_session(&self, session: NewSession<'_>) -> Opening {
        self.ok("open_session", self.store.open_session(session)).await
    }

    pub(super) async fn standing(&self, token: TokenRef<'_>) -> Standing {
        self.standing_at(token, self.now).await
    }

    pub(super) async fn standing_at(&self, token: TokenRef<'_>, now: NumericDate) -> Standing {
        self.ok("standing", self.store.standing(token, now)).await
    }

    pub(super) async fn rotate(&self, step: RotationStep<'_>) -> Rotation {
        self.ok("rotate", self.store.rotate(step)).await
    }

    pub(super) async fn revoke(&self, token: TokenRef<'_>, keep_until: NumericDate) {
        self.ok("revoke_token", self.store.revoke_token(token, self.now, keep_until)).await;
    }

    pub(super) async fn end(&self, login: &Login) -> bool {
        let ended = self.store.end_session(&login.subject, &login.session_id, self.now);
        self.ok("end_session", ended).await
    }

    pub(super) async fn end_others(&self, kept: &Login) -> bool {
        let ended = self.store.end_other_sessions(&kept.subject, &kept.session_id, self.now);
        self.ok("end_other_sessions", ended).await
    }

    pub(super) async fn end_every(&self) {
        self.ok("end_every_session", self.store.end_every_session(self.now)).await;
    }

    pub(super) async fn end_all(&self, subject: &str) {
        self.ok("end_all_sessions", self.store.end_all_sessions(subject, self.now)).await;
    }

    pub(super) async fn sessions_at(&self, subject: &str, now: NumericDate) -> Vec<Session> {
        self.ok("sessions", self.store.sessions(subject, now)).await
    }

    pub(super) async fn listed_ids(&self, subject: &str) -> Vec<String> {
        let sessions = self.sessions_at(subject, self.now).await;
        sessions.into_iter().map(|session| session.id).collect()
    }

    /// Both tokens of a login are as good as on the first day.
    pub(super) async fn assert_lives(&self, login: &Login, who: &str) {
        self.assert_standings(login, Standing::Live, who).await;
    }

    /// No token of a login is good for anything.
    pub(super) async fn assert_ended(&self, login: &Login, who: &str) {
        self.assert_standings(login, Standing::SessionEnded, who).await;
    }

    /// Neither the tokens of the login nor the last refresh token are good, and nobody is listed.
    pub(super) async fn assert_is_over(&self, login: &Login, last: &str) {
        self.assert_ended(login, "the session").await;
        let standing = self.standing(login.refresh_token(last)).await;
        self.assert_eq(standing, Standing::SessionEnded, "its last refresh token");
        for grace in [Duration::ZERO, GRACE] {
            for presented in [last, &login.refresh_id] {
                let successor = new_id();
                let step = RotationStep { grace, ..login.step(presented, &successor) };
                let rotation = self.rotate(step).await;
                self.assert_eq(rotation, Rotation::SessionEnded, "a rotation of it");
            }
        }
        let is_listed = self.listed_ids(&login.subject).await.contains(&login.session_id);
        self.assert_eq(is_listed, false, "whether the session is listed");
    }

    async fn assert_standings(&self, login: &Login, expected: Standing, who: &str) {
        for token in [login.access(), login.refresh()] {
            let standing = self.standing(token).await;
            self.assert_eq(standing, expected, &format!("the {} token of {who}", token.token_type));
        }
    }

    #[track_caller]
    pub(super) fn assert_eq<T: Debug + PartialEq>(&self, actual: T, expected: T, what: &str) {
        assert!(
            actual == expected,
            "TokenStore contract, `{}`: {what}: expected {expected:?}, found {actual:?}",
            self.clause
        );
    }

    async fn ok<T>(
        &self,
        method: &str,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> T {
        match call.await {
            Ok(answer) => answer,
            Err(error) => {
                panic!("TokenStore contract, `{}`: `{method}` failed: {error}", self.clause)
            }
        }
    }
}

/// A session and the ids of its first two tokens.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) subject: String,
    pub(super) session_id: String,
    pub(super) access_id: String,
    pub(super) refresh_id: String,
    pub(super) label: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) address: Option<IpAddr>,
    pub(super) at: NumericDate,
}

impl Login {
    pub(super) fn new(subject: &str, at: NumericDate) -> Self {
        Self {
            subject: subject.to_owned(),
            session_id: new_id(),
            access_id: new_id(),
            refresh_id: new_id(),
            label: None,
            user_agent: None,
            address: None,
            at,
        }
    }

    pub(super) fn expires_at(&self) -> NumericDate {
        self.at + REFRESH_LIFETIME
    }

    pub(super) fn keep_until(&self) -> NumericDate {
        self.expires_at() + LEEWAY_AND_MARGIN
    }

    pub(super) fn new_session(&self) -> NewSession<'_> {
        NewSession {
            subject: &self.subject,
            session_id: &self.session_id,
            refresh_token_id: Some(&self.refresh_id),
            device: Device {
                label: self.label.as_deref(),
                user_agent: self.user_agent.as_deref(),
                address: self.address,
            },
            now: self.at,
            expires_at: self.expires_at(),
            keep_until: self.keep_until(),
            limit: None,
        }
    }

    pub(super) fn access(&self) -> TokenRef<'_> {
        self.token(&self.access_id, TokenType::Access)
    }

    pub(super) fn refresh(&self) -> TokenRef<'_> {
        self.refresh_token(&self.refresh_id)
    }

    pub(super) fn refresh_token<'a>(&'a self, token_id: &'a str) -> TokenRef<'a> {
        self.token(token_id, TokenType::Refresh)
    }

    fn token<'a>(&'a self, token_id: &'a str, token_type: TokenType) -> TokenRef<'a> {
        TokenRef { subject: &self.subject, session_id: &self.session_id, token_id, token_type }
    }

    /// A rotation at the time of the login.
    pub(super) fn step<'a>(&'a self, presented: &'a str, successor: &'a str) -> RotationStep<'a> {
        self.step_at(presented, successor, self.at)
    }

    /// A rotation with a grace of [`GRACE`].
    pub(super) fn graceful_step<'a>(
        &'a self,
        presented: &'a str,
        successor: &'a str,
        now: NumericDate,
    ) -> RotationStep<'a> {
        RotationStep { grace: GRACE, ..self.step_at(presented, successor, now) }
    }

    pub(super) fn step_at<'a>(
        &'a self,
        presented: &'a str,
        successor: &'a str,
        now: NumericDate,
    ) -> RotationStep<'a> {
        let expires_at = now + REFRESH_LIFETIME;
        RotationStep {
            subject: &self.subject,
            session_id: &self.session_id,
            presented,
            successor,
            now,
            expires_at,
            keep_until: expires_at + LEEWAY_AND_MARGIN,
            grace: Duration::ZERO,
            session_lifetime: None,
            idle_timeout: None,
        }
    }
}

pub(super) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(super) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// The last second before `date`.
pub(super) fn just_before(date: NumericDate) -> NumericDate {
    NumericDate::from_secs(date.as_secs().saturating_sub(1))
}
