//! One call of a store, as data: what was asked, and what was answered.

use std::fmt;
use std::time::Duration;

use jwt_runtime::{
    Device, NewSession, NumericDate, Opening, Rotation, RotationStep, SessionLimit, Standing,
    StoreError, TokenRef, TokenStore, TokenType,
};

/// The id of a session or a token; never given out twice in one history.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id(pub(crate) u32);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "id-{}", self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What is asked of a store, for one subject, and the time that it is told.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) now: NumericDate,
    pub(crate) operation: Operation,
}

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Open {
        session: Id,
        refresh: Option<Id>,
        limit: Option<SessionLimit>,
        expires_at: NumericDate,
        keep_until: NumericDate,
    },
    Standing {
        session: Id,
        token: Id,
        token_type: TokenType,
    },
    Rotate {
        session: Id,
        presented: Id,
        successor: Id,
        grace: Duration,
        session_lifetime: Option<Duration>,
        idle_timeout: Option<Duration>,
        expires_at: NumericDate,
        keep_until: NumericDate,
    },
    Revoke {
        session: Id,
        token: Id,
        keep_until: NumericDate,
    },
    End {
        session: Id,
    },
    EndOthers {
        kept: Id,
    },
    EndAll,
    /// Of every subject, so it is a step in the history of each.
    EndEvery,
    List,
}

/// What a store answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Opening(Opening),
    Standing(Standing),
    Rotation(Rotation),
    Ended(bool),
    Listed(Vec<Listed>),
    Done,
}

/// What a listing says of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) created_at: NumericDate,
    pub(crate) last_used_at: NumericDate,
    pub(crate) expires_at: NumericDate,
}

impl Operation {
    /// Whether the question leaves everything as it is, so that one without an answer can be
    /// left out of a history.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self, Self::Standing { .. } | Self::List)
    }

    /// Whether a call with this answer has changed nothing, whatever the state was.
    pub(crate) fn is_idle(&self, answer: &Answer) -> bool {
        self.is_read()
            || match (self, answer) {
                (Self::Open { .. }, Answer::Opening(Opening::LimitReached)) => true,
                (Self::End { .. }, Answer::Ended(lived)) => !lived,
                (Self::Rotate { session_lifetime, idle_timeout, .. }, Answer::Rotation(answer)) => {
                    match answer {
                        Rotation::Repeated { .. } | Rotation::Revoked => true,
                        Rotation::SessionEnded => {
                            session_lifetime.is_none() && idle_timeout.is_none()
                        }
                        Rotation::Rotated { .. } | Rotation::Reused => false,
                    }
                }
                _ => false,
            }
    }
}

/// Asks a store.
pub(crate) async fn perform<S: TokenStore>(
    store: &S,
    subject: &str,
    step: &Step,
) -> Result<Answer, StoreError> {
    let now = step.now;
    match &step.operation {
        Operation::Open { session, refresh, limit, expires_at, keep_until } => {
            let refresh = refresh.map(|id| id.to_string());
            let session = NewSession {
                subject,
                session_id: &session.to_string(),
                refresh_token_id: refresh.as_deref(),
                device: Device::default(),
                now,
                expires_at: *expires_at,
                keep_until: *keep_until,
                limit: *limit,
            };
            store.open_session(session).await.map(Answer::Opening)
        }
        Operation::Standing { session, token, token_type } => {
            let (session_id, token_id) = (&*session.to_string(), &*token.to_string());
            let token = TokenRef { subject, session_id, token_id, token_type: *token_type };
            store.standing(token, now).await.map(Answer::Standing)
        }
        Operation::Rotate {
            session,
            presented,
            successor,
            grace,
            session_lifetime,
            idle_timeout,
            expires_at,
            keep_until,
        } => {
            let step = RotationStep {
                subject,
                session_id: &session.to_string(),
                presented: &presented.to_string(),
                successor: &successor.to_string(),
                now,
                expires_at: *expires_at,
                keep_until: *keep_until,
                grace: *grace,
                session_lifetime: *session_lifetime,
                idle_timeout: *idle_timeout,
            };
            store.rotate(step).await.map(Answer::Rotation)
        }
        Operation::Revoke { session, token, keep_until } => {
            let (session_id, token_id) = (&*session.to_string(), &*token.to_string());
            let token_type = TokenType::Refresh;
            let token = TokenRef { subject, session_id, token_id, token_type };
            store.revoke_token(token, now, *keep_until).await.map(|()| Answer::Done)
        }
        Operation::End { session } => {
            store.end_session(subject, &session.to_string(), now).await.map(Answer::Ended)
        }
        Operation::EndOthers { kept } => {
            store.end_other_sessions(subject, &kept.to_string(), now).await.map(Answer::Ended)
        }
        Operation::EndAll => store.end_all_sessions(subject, now).await.map(|()| Answer::Done),
        Operation::EndEvery => store.end_every_session(now).await.map(|()| Answer::Done),
        Operation::List => {
            let sessions = store.sessions(subject, now).await?;
            Ok(Answer::Listed(
                sessions
                    .into_iter()
                    .map(|session| Listed {
                        id: session.id,
                        created_at: session.created_at,
                        last_used_at: session.last_used_at,
                        expires_at: session.expires_at,
                    })
                    .collect(),
            ))
        }
    }
}
