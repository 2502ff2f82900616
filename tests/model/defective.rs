//! Stores with the mistakes that stores make. The checker has to notice each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use jwt_runtime::{
    Device, MemoryStore, NewSession, NumericDate, Opening, Rotation, RotationStep, Session,
    SessionLimit, Standing, StoreError, TokenRef, TokenStore, TokenType,
};

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    /// A rotation looks whether the token is current, and writes in a second step.
    RotatesInTwoSteps,
    /// A rotation that has read its session writes it back although it was ended meanwhile.
    RestoresEndedSessions,
    /// The answer to a question is remembered, and given once more.
    AnswersFromACache,
    /// A revocation takes effect with the next call.
    RevokesLate,
    /// The end of a session takes effect with the next call.
    EndsLate,
    /// Any token that was ever replaced is repeated, and not the last one only.
    RepeatsForAncestors,
    /// A retry gets a token of its own.
    RepeatsWithANewToken,
    /// Sessions are counted in one step and opened in another.
    CountsInTwoSteps,
    /// A token that was used before does not end the session.
    ToleratesReuse,
    /// A login ends the session with the earliest login whatever the limit.
    LosesSessions,
    /// The kept session of `end_other_sessions` ends with the others.
    KeepsNone,
}

impl Defect {
    pub(crate) const ALL: [Self; 11] = [
        Self::RotatesInTwoSteps,
        Self::RestoresEndedSessions,
        Self::AnswersFromACache,
        Self::RevokesLate,
        Self::EndsLate,
        Self::RepeatsForAncestors,
        Self::RepeatsWithANewToken,
        Self::CountsInTwoSteps,
        Self::ToleratesReuse,
        Self::LosesSessions,
        Self::KeepsNone,
    ];
}

/// A store in memory with one mistake.
#[derive(Clone, Debug)]
pub(crate) struct DefectiveStore {
    inner: MemoryStore,
    defect: Defect,
    remembered: Arc<Mutex<Remembered>>,
}

#[derive(Debug, Default)]
struct Remembered {
    /// The current refresh token and the login of each session.
    current: HashMap<(String, String), (String, NumericDate)>,
    /// Every token that was replaced.
    replaced: HashMap<(String, String), ()>,
    answers: HashMap<(String, String), Standing>,
    late: Option<Late>,
}

#[derive(Clone, Debug)]
enum Late {
    Revocation { subject: String, session: String, token: String, keep_until: NumericDate },
    End { subject: String, session: String },
}

impl DefectiveStore {
    pub(crate) fn with(defect: Defect) -> Self {
        Self { inner: MemoryStore::new(), defect, remembered: Arc::default() }
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap()
    }

    fn current(&self, subject: &str, session: &str) -> Option<(String, NumericDate)> {
        self.remembered().current.get(&(subject.to_owned(), session.to_owned())).cloned()
    }

    /// Does what an earlier call has promised.
    async fn catch_up(&self, now: NumericDate) -> Result<(), StoreError> {
        let late = self.remembered().late.take();
        match late {
            Some(Late::Revocation { subject, session, token, keep_until }) => {
                let token = refresh_token(&subject, &session, &token);
                self.inner.revoke_token(token, now, keep_until).await
            }
            Some(Late::End { subject, session }) => {
                self.inner.end_session(&subject, &session, now).await.map(drop)
            }
            None => Ok(()),
        }
    }

    async fn rotate_and_remember(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        let rotation = self.inner.rotate(step).await?;
        if matches!(rotation, Rotation::Rotated { .. }) {
            let mut remembered = self.remembered();
            let session = (step.subject.to_owned(), step.session_id.to_owned());
            if let Some((current, _)) = remembered.current.get_mut(&session) {
                step.successor.clone_into(current);
            }
            remembered.replaced.insert((step.subject.to_owned(), step.presented.to_owned()), ());
        }
        Ok(rotation)
    }

    async fn is_current(&self, step: &RotationStep<'_>) -> Result<bool, StoreError> {
        let token = refresh_token(step.subject, step.session_id, step.presented);
        Ok(self.inner.standing(token, step.now).await? == Standing::Live)
    }
}

/// A refresh token of a session.
fn refresh_token<'a>(subject: &'a str, session_id: &'a str, token_id: &'a str) -> TokenRef<'a> {
    TokenRef { subject, session_id, token_id, token_type: TokenType::Refresh }
}

/// Where another call gets in between the two steps of a mistake.
async fn pause() {
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}

impl TokenStore for DefectiveStore {
    async fn open_session(&self, mut session: NewSession<'_>) -> Result<Opening, StoreError> {
        if self.defect == Defect::CountsInTwoSteps
            && let Some(SessionLimit::Refuse(max)) = session.limit.take()
        {
            if self.inner.sessions(session.subject, session.now).await?.len() >= max as usize {
                return Ok(Opening::LimitReached);
            }
            pause().await;
        }
        if self.defect == Defect::LosesSessions && session.limit.is_none() {
            session.limit = Some(SessionLimit::EndOldest(2));
        }
        let opening = self.inner.open_session(session).await?;
        if let Some(token) = session.refresh_token_id {
            let id = (session.subject.to_owned(), session.session_id.to_owned());
            self.remembered().current.insert(id, (token.to_owned(), session.now));
        }
        Ok(opening)
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        let standing = self.inner.standing(token, now).await?;
        self.catch_up(now).await?;
        if self.defect == Defect::AnswersFromACache {
            let key = (token.subject.to_owned(), token.token_id.to_owned());
            let remembered = self.remembered().answers.insert(key, standing);
            return Ok(remembered.unwrap_or(standing));
        }
        Ok(standing)
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        let current = self.current(step.subject, step.session_id);
        match (self.defect, current) {
            (Defect::RotatesInTwoSteps, Some(_)) if self.is_current(&step).await? => {
                pause().await;
                let Some((current, _)) = self.current(step.subject, step.session_id) else {
                    return Ok(Rotation::SessionEnded);
                };
                self.rotate_and_remember(RotationStep { presented: &current, ..step }).await
            }
            (Defect::RestoresEndedSessions, Some((_, created_at)))
                if self.is_current(&step).await? =>
            {
                pause().await;
                let rotation = self.rotate_and_remember(step).await?;
                if rotation != Rotation::SessionEnded {
                    return Ok(rotation);
                }
                let restored = NewSession {
                    subject: step.subject,
                    session_id: step.session_id,
                    refresh_token_id: Some(step.successor),
                    device: Device::default(),
                    now: created_at,
                    expires_at: step.expires_at,
                    keep_until: step.keep_until,
                    limit: None,
                };
                self.inner.open_session(restored).await?;
                Ok(Rotation::Rotated { created_at })
            }
            (Defect::RepeatsForAncestors, Some((current, created_at)))
                if current != step.presented && !step.grace.is_zero() =>
            {
                let ancestor = (step.subject.to_owned(), step.presented.to_owned());
                let sessions = self.inner.sessions(step.subject, step.now).await?;
                let lives = sessions.iter().find(|session| session.id == step.session_id);
                match lives {
                    Some(session) if self.remembered().replaced.contains_key(&ancestor) => {
                        let rotated_at = session.last_used_at;
                        Ok(Rotation::Repeated { successor: current, rotated_at, created_at })
                    }
                    _ => self.rotate_and_remember(step).await,
                }
            }
            (Defect::RepeatsWithANewToken, Some((current, _))) => {
                let rotation = self.rotate_and_remember(step).await?;
                match rotation {
                    Rotation::Repeated { .. } => {
                        self.rotate_and_remember(RotationStep { presented: &current, ..step }).await
                    }
                    other => Ok(other),
                }
            }
            (Defect::ToleratesReuse, Some((current, _))) if current != step.presented => {
                let token = refresh_token(step.subject, step.session_id, step.presented);
                match self.inner.standing(token, step.now).await? {
                    Standing::Reused => Ok(Rotation::Reused),
                    _ => self.rotate_and_remember(step).await,
                }
            }
            _ => self.rotate_and_remember(step).await,
        }
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        if self.defect == Defect::RevokesLate {
            self.catch_up(now).await?;
            self.remembered().late = Some(Late::Revocation {
                subject: token.subject.to_owned(),
                session: token.session_id.to_owned(),
                token: token.token_id.to_owned(),
                keep_until,
            });
            return Ok(());
        }
        self.inner.revoke_token(token, now, keep_until).await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        if self.defect == Defect::EndsLate {
            self.catch_up(now).await?;
            let lives = self.inner.sessions(subject, now).await?;
            self.remembered().late =
                Some(Late::End { subject: subject.to_owned(), session: session_id.to_owned() });
            return Ok(lives.iter().any(|session| session.id == session_id));
        }
        self.inner.end_session(subject, session_id, now).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        let kept = self.inner.end_other_sessions(subject, kept_session_id, now).await?;
        if self.defect == Defect::KeepsNone {
            self.inner.end_all_sessions(subject, now).await?;
        }
        Ok(kept)
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
