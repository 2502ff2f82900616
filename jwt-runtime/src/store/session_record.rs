//! What a store keeps of a session, and every decision that depends on nothing else.
//!
//! [`MemoryStore`](super::MemoryStore) and the embedded store keep the same record in different
//! places, and decide by the same code.

use std::net::IpAddr;
use std::time::Duration;

use super::{
    Device, NewSession, Rotation, RotationStep, Session, SessionLimit, Standing, TokenRef,
};
use crate::numeric_date::NumericDate;
use crate::token_type::TokenType;

/// How many revoked tokens are remembered of one subject. One more is revoked by ending its session.
///
/// Some calls read all that is known of a subject, and in Redis everybody waits for that: 10,000
/// fields take a few milliseconds, half a million more than a second. Whoever has an account where
/// tokens can be revoked decides how many there are. The embedded store has no use for this: it
/// never reads revocations but one by one.
pub(super) const MOST_REVOKED: usize = 10_000;

#[derive(Debug)]
pub(super) struct SessionRecord {
    pub(super) refresh_token_id: Option<Box<str>>,
    /// What the current refresh token replaced, if it did so with a grace.
    pub(super) superseded_id: Option<Box<str>>,
    pub(super) device: Option<Box<OwnedDevice>>,
    pub(super) created_at: NumericDate,
    pub(super) last_used_at: NumericDate,
    pub(super) expires_at: NumericDate,
    pub(super) keep_until: NumericDate,
}

/// A [`Device`] that is kept.
#[derive(Debug)]
pub(super) struct OwnedDevice {
    pub(super) label: Option<Box<str>>,
    pub(super) user_agent: Option<Box<str>>,
    pub(super) address: Option<IpAddr>,
}

/// What a step does to a session that lives.
#[derive(Debug)]
pub(super) enum Decision {
    /// Write [`SessionRecord::rotated`]: the answer is [`Rotation::Rotated`] with this time.
    Rotate {
        /// The time of the login.
        created_at: NumericDate,
    },
    /// Drop the session, and answer this.
    End(Rotation),
    /// Write nothing, and answer this.
    Keep(Rotation),
}

impl SessionRecord {
    /// The record of a login.
    pub(super) fn opened(session: &NewSession<'_>) -> Self {
        Self {
            refresh_token_id: session.refresh_token_id.map(Box::from),
            superseded_id: None,
            device: OwnedDevice::of(session.device),
            created_at: session.now,
            last_used_at: session.now,
            expires_at: session.expires_at,
            keep_until: session.keep_until,
        }
    }

    /// Whether its time is not over yet; a record that is over only waits to be swept.
    pub(super) fn lives(&self, now: NumericDate) -> bool {
        self.keep_until > now
    }

    /// Whether it is listed, and counts for a limit.
    pub(super) fn is_listed(&self, now: NumericDate) -> bool {
        self.expires_at > now
    }

    /// How a token of this living session stands that was not revoked.
    pub(super) fn standing(&self, token: TokenRef<'_>) -> Standing {
        match token.token_type {
            TokenType::Access => Standing::Live,
            TokenType::Refresh if self.is_current(token.token_id) => Standing::Live,
            TokenType::Refresh if self.is_superseded(token.token_id) => {
                Standing::Superseded { rotated_at: self.last_used_at }
            }
            TokenType::Refresh => Standing::Reused,
        }
    }

    /// What a step does to this living session.
    ///
    /// `is_revoked` tells it of a `jti` of the same subject.
    pub(super) fn decide<E>(
        &self,
        step: &RotationStep<'_>,
        is_revoked: impl Fn(&str) -> Result<bool, E>,
    ) -> Result<Decision, E> {
        let (created_at, rotated_at) = (self.created_at, self.last_used_at);
        if is_over(created_at, step.session_lifetime, step.now)
            || is_over(rotated_at, step.idle_timeout, step.now)
        {
            return Ok(Decision::End(Rotation::SessionEnded));
        }
        if is_revoked(step.presented)? {
            return Ok(Decision::Keep(Rotation::Revoked));
        }
        if self.is_superseded(step.presented) && step.now.apart(rotated_at) < step.grace {
            return Ok(Decision::Keep(match &self.refresh_token_id {
                Some(successor) if !is_revoked(successor)? => {
                    Rotation::Repeated { successor: successor.to_string(), rotated_at, created_at }
                }
                _ => Rotation::Revoked,
            }));
        }
        if !self.is_current(step.presented) {
            return Ok(Decision::End(Rotation::Reused));
        }
        Ok(Decision::Rotate { created_at })
    }

    /// The record after [`Decision::Rotate`].
    pub(super) fn rotated(self, step: &RotationStep<'_>) -> Self {
        let expires_at = match step.session_lifetime {
            Some(lifetime) => step.expires_at.min(self.created_at + lifetime),
            None => step.expires_at,
        };
        Self {
            refresh_token_id: Some(step.successor.into()),
            superseded_id: (!step.grace.is_zero()).then(|| step.presented.into()),
            last_used_at: step.now,
            expires_at,
            keep_until: expires_at + step.keep_until.since(step.expires_at),
            ..self
        }
    }

    pub(super) fn shown(&self, id: &str) -> Session {
        let device = self.device.as_deref();
        Session {
            id: id.to_owned(),
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            expires_at: self.expires_at,
            label: device.and_then(|device| device.label.as_deref()).map(str::to_owned),
            user_agent: device.and_then(|device| device.user_agent.as_deref()).map(str::to_owned),
            address: device.and_then(|device| device.address),
        }
    }

    fn is_current(&self, refresh_token_id: &str) -> bool {
        self.refresh_token_id.as_deref() == Some(refresh_token_id)
    }

    fn is_superseded(&self, refresh_token_id: &str) -> bool {
        self.superseded_id.as_deref() == Some(refresh_token_id)
    }
}

impl OwnedDevice {
    /// Nothing is kept of a device of which nothing is known.
    fn of(device: Device<'_>) -> Option<Box<Self>> {
        (device != Device::default()).then(|| {
            Box::new(Self {
                label: device.label.map(Box::from),
                user_agent: device.user_agent.map(Box::from),
                address: device.address,
            })
        })
    }

    #[cfg(feature = "redb")]
    pub(super) fn is_known(&self) -> bool {
        self.label.is_some() || self.user_agent.is_some() || self.address.is_some()
    }
}

/// A session of the subject who logs in, as far as a limit is concerned.
#[derive(Debug)]
pub(super) struct Other {
    pub(super) created_at: NumericDate,
    pub(super) id: String,
    pub(super) is_listed: bool,
}

/// Which sessions have to end for a login to fit its limit; `None` if it does not fit.
///
/// `others` are the sessions of the subject but the one that is opened, in any order. Those that
/// are listed no more end in any case: they do not count, and within the leeway a refresh would
/// bring them back beside the one that took their place.
pub(super) fn surplus(limit: SessionLimit, others: Vec<Other>) -> Option<Vec<String>> {
    let (mut listed, expired): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|other| other.is_listed);
    match limit {
        SessionLimit::Refuse(max) if listed.len() >= max as usize => return None,
        SessionLimit::Refuse(_) => listed.clear(),
        SessionLimit::EndOldest(max) => {
            let kept = max.saturating_sub(1) as usize;
            listed.sort_unstable_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
            listed.truncate(listed.len().saturating_sub(kept));
        }
    }
    Some(listed.into_iter().chain(expired).map(|other| other.id).collect())
}

/// Whether something that began then and may last for so long is over.
fn is_over(began_at: NumericDate, may_last: Option<Duration>, now: NumericDate) -> bool {
    may_last.is_some_and(|may_last| began_at + may_last <= now)
}
