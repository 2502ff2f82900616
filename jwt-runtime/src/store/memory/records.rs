//! The records of a [`MemoryStore`](super::MemoryStore).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::shelf::{Kept, Shelf};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::store::{Device, Session};

/// How many records one write may drop, so that no single request pays for a long silence.
const SWEPT_PER_WRITE: usize = 64;

/// How long a record outlives its `keep_until` while there is room.
///
/// A clock that leaps ahead and is set back would otherwise take revocations with it, and bring
/// their tokens back to life.
const SWEEP_MARGIN: Duration = Duration::from_secs(60 * 60);

/// Every record.
#[derive(Default)]
pub(super) struct Records {
    sessions: Shelf<SessionRecord>,
    /// By `jti`.
    revoked: Shelf<Revocation>,
}

/// Until when a revocation has to be kept.
struct Revocation(NumericDate);

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
pub(super) struct OwnedDevice {
    label: Option<Box<str>>,
    user_agent: Option<Box<str>>,
    address: Option<IpAddr>,
}

impl Kept for Revocation {
    fn keep_until(&self) -> NumericDate {
        self.0
    }
}

impl Kept for SessionRecord {
    fn keep_until(&self) -> NumericDate {
        self.keep_until
    }
}

impl Records {
    pub(super) fn len(&self) -> usize {
        self.sessions.len() + self.revoked.len()
    }

    pub(super) fn session(&self, subject: &str, id: &str) -> Option<&SessionRecord> {
        self.sessions.get(subject, id)
    }

    /// The session, unless its time is over and it only waits to be swept.
    pub(super) fn living_session(
        &self,
        subject: &str,
        id: &str,
        now: NumericDate,
    ) -> Option<&SessionRecord> {
        self.session(subject, id).filter(|session| session.keep_until > now)
    }

    /// The sessions that are shown and that count, the earliest login first.
    pub(super) fn listed(&self, subject: &str, now: NumericDate) -> Vec<(&str, &SessionRecord)> {
        let sessions = self.sessions.of(subject).map(|(id, session)| (&**id, session));
        let mut listed: Vec<_> = sessions.filter(|(_, session)| session.expires_at > now).collect();
        listed.sort_unstable_by_key(|(id, session)| (session.created_at, *id));
        listed
    }

    // Deliberately without a look at `keep_until`: a token whose revocation may be forgotten has
    // expired, and "revoked" stays the right answer while the clock is being corrected.
    pub(super) fn is_revoked(&self, subject: &str, token_id: &str) -> bool {
        self.revoked.get(subject, token_id).is_some()
    }

    /// Writes a session, in place of one with the same id.
    pub(super) fn put_session(&mut self, subject: &str, id: &str, session: SessionRecord) {
        self.sessions.put(subject, id, session);
    }

    /// Writes a revocation; one that was to be kept for longer stays as it is.
    pub(super) fn put_revocation(&mut self, subject: &str, token_id: &str, until: NumericDate) {
        let known = self.revoked.get(subject, token_id).map(Kept::keep_until);
        let keep_until = known.map_or(until, |known| known.max(until));
        self.revoked.put(subject, token_id, Revocation(keep_until));
    }

    pub(super) fn drop_session(&mut self, subject: &str, id: &str) -> Option<SessionRecord> {
        self.sessions.take(subject, id)
    }

    pub(super) fn drop_sessions_but(&mut self, subject: &str, kept: Option<&str>) {
        let ids: Vec<Arc<str>> = self.sessions.of(subject).map(|(id, _)| Arc::clone(id)).collect();
        for id in ids.iter().filter(|id| Some(&***id) != kept) {
            self.drop_session(subject, id);
        }
    }

    /// Takes the sessions of all subjects out, in one step; the revocations stay.
    pub(super) fn take_sessions(&mut self) -> Shelf<SessionRecord> {
        std::mem::take(&mut self.sessions)
    }

    /// Drops a few of the records whose time is long over.
    ///
    /// Every write adds at most one record and sweeps up to [`SWEPT_PER_WRITE`], so what is left
    /// over shrinks with each of them.
    pub(super) fn sweep(&mut self, now: NumericDate) {
        for _ in 0..SWEPT_PER_WRITE {
            if !self.drop_first_due(|keep_until| keep_until + SWEEP_MARGIN <= now) {
                return;
            }
        }
    }

    /// Makes sure that one more record fits, dropping one whose time is over if it has to.
    pub(super) fn make_room(&mut self, max: usize, now: NumericDate) -> Result<(), StoreError> {
        if self.len() < max || self.drop_first_due(|keep_until| keep_until <= now) {
            Ok(())
        } else {
            Err(StoreError::Full)
        }
    }

    fn drop_first_due(&mut self, is_over: impl Fn(NumericDate) -> bool) -> bool {
        if self.sessions.first_due().is_some_and(&is_over) {
            self.sessions.drop_first();
            return true;
        }
        let is_due = self.revoked.first_due().is_some_and(is_over);
        if is_due {
            self.revoked.drop_first();
        }
        is_due
    }
}

impl SessionRecord {
    pub(super) fn is_current(&self, refresh_token_id: &str) -> bool {
        self.refresh_token_id.as_deref() == Some(refresh_token_id)
    }

    pub(super) fn is_superseded(&self, refresh_token_id: &str) -> bool {
        self.superseded_id.as_deref() == Some(refresh_token_id)
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
}

impl OwnedDevice {
    /// Nothing is kept of a device of which nothing is known.
    pub(super) fn of(device: Device<'_>) -> Option<Box<Self>> {
        (device != Device::default()).then(|| {
            Box::new(Self {
                label: device.label.map(Box::from),
                user_agent: device.user_agent.map(Box::from),
                address: device.address,
            })
        })
    }
}
