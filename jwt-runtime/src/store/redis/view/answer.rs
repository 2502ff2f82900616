//! How requests use the view, and how writes of this node go past it.

use std::time::Duration;

use super::fields::{Fields, FieldsWriter, MOST_BYTES};
use super::freshness::nanoseconds;
use super::known::Look;
use super::snapshot::Snapshot;
use super::{FeedLost, View};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::store::redis::RedisStore;
use crate::store::redis::commands::Found;
use crate::store::redis::keys;
use crate::store::redis::record::Findings;
use crate::store::{Standing, TokenRef};

/// How many fields of a subject are read at once. Redis may return a few more; if there are more
/// than that, only those are kept that were asked for.
const MOST_FIELDS: usize = 128;

impl RedisStore {
    /// How an access token stands, by the view if it knows.
    pub(in crate::store::redis) async fn standing_by_view(
        &self,
        view: &View,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        let key = self.keys.subject(token.subject);
        let fields = [keys::session_field(token.session_id), keys::revoked_field(token.token_id)];
        let read = |snapshot: &Snapshot| {
            let [session, revoked] = fields.each_ref().map(|name| snapshot.field(name.as_bytes()));
            let findings = Findings {
                session: session?,
                is_revoked: revoked?.is_some(),
                epoch: snapshot.epoch.as_deref(),
            };
            match findings.standing(&token, now) {
                Ok(standing @ (Standing::Live | Standing::Revoked)) => Some(standing),
                // A session that is not known yet may have been opened a moment ago elsewhere. And
                // what cannot be read may be so no more.
                Ok(_) | Err(_) => None,
            }
        };
        match view.known.look(key.as_bytes(), read) {
            Look::Known(standing) => Ok(standing),
            Look::Unproven => {
                view.feed(&self.link);
                match view.when_lost {
                    FeedLost::AskStore => self.standing_by_redis(token, now).await,
                    FeedLost::Refuse => Err(StoreError::ViewUnproven),
                }
            }
            Look::Unknown(mark) => {
                let fields = [fields[0].as_str(), fields[1].as_str()];
                let reading = self.read(view, &key, token.subject, fields, mark.is_large).await?;
                let findings = Findings {
                    session: reading.session.as_deref(),
                    is_revoked: reading.is_revoked,
                    epoch: reading.epoch.as_deref(),
                };
                let standing = findings.standing(&token, now)?;
                if let Some(snapshot) = reading.into_snapshot(fields) {
                    view.known.keep(key.as_bytes(), mark, snapshot);
                }
                Ok(standing)
            }
        }
    }

    /// Reads two fields of a subject, and all of them where that is one step.
    async fn read(
        &self,
        view: &View,
        key: &str,
        subject: &str,
        [session, revoked]: [&str; 2],
        is_large: bool,
    ) -> Result<Reading, StoreError> {
        let epoch_key = self.keys.epoch(subject);
        let mut asked = redis::pipe();
        if !is_large {
            asked.cmd("HSCAN").arg(key).arg(0).arg("COUNT").arg(MOST_FIELDS);
        }
        asked.cmd("HMGET").arg(key).arg(session).arg(revoked);
        // After the session, as without a view.
        asked.cmd("GET").arg(&epoch_key);
        // A key that has expired is gone, but Redis says so only when it happens to remove it.
        asked.cmd("PTTL").arg(key).cmd("PTTL").arg(&epoch_key);
        let read_at = view.known.now();
        let (all, (session, revoked), epoch, rests): (_, (Found, Found), Found, [i64; 2]) =
            if is_large {
                let (asked, epoch, rest, epoch_rest) = self.ask_for(&asked).await?;
                (None, asked, epoch, [rest, epoch_rest])
            } else {
                let (scan, asked, epoch, rest, epoch_rest): ((u64, Vec<Vec<u8>>), _, _, _, _) =
                    self.ask_for(&asked).await?;
                // A cursor that is not 0 is the place to read on from.
                let all = (scan.0 == 0).then_some(scan.1);
                (all, asked, epoch, [rest, epoch_rest])
            };
        // Negative for a key that does not expire, or is not there.
        let rests = rests.iter().filter_map(|rest| u64::try_from(*rest).ok());
        let expires_at = rests
            .map(|rest| read_at.monotonic.saturating_add(nanoseconds(Duration::from_millis(rest))))
            .min()
            .unwrap_or(u64::MAX);
        Ok(Reading { all, session, is_revoked: revoked.is_some(), epoch, expires_at })
    }

    /// For as long as this node changes a subject. What the view knows of it is forgotten at the
    /// end, however that comes: the change may have been made.
    pub(in crate::store::redis) fn changing<'a>(&'a self, key: &'a str) -> Changing<'a> {
        Changing { view: self.view.as_deref(), key: Some(key) }
    }

    /// The same for all subjects.
    pub(in crate::store::redis) fn changing_all(&self) -> Changing<'_> {
        Changing { view: self.view.as_deref(), key: None }
    }

    /// Starts to feed the view, if there is one, and waits until it is fed or cannot be.
    pub(in crate::store::redis) async fn begin_view(
        &self,
        deadline: Duration,
    ) -> Result<(), StoreError> {
        let Some(view) = &self.view else { return Ok(()) };
        view.feed(&self.link);
        match tokio::time::timeout(deadline, view.known.is_fed_at_first()).await {
            Ok(true) => Ok(()),
            _ if view.when_lost == FeedLost::AskStore => Ok(()),
            Ok(false) => Err(StoreError::ViewUnproven),
            Err(_) => Err(StoreError::Timeout(deadline)),
        }
    }
}

/// What Redis said of a token's session and of its subject.
struct Reading {
    /// All fields and values of the subject in turn, if they are few.
    all: Option<Vec<Vec<u8>>>,
    session: Found,
    is_revoked: bool,
    epoch: Found,
    expires_at: u64,
}

impl Reading {
    /// What is worth keeping: all fields if they are few and small, or those that were asked for;
    /// `None` if even these are too much.
    fn into_snapshot(self, [session, revoked]: [&str; 2]) -> Option<Snapshot> {
        let whole = self.all.as_deref().and_then(whole);
        let is_whole = whole.is_some();
        let fields = match whole {
            Some(fields) => fields,
            None => {
                let mut part = FieldsWriter::default();
                let is_held = part.push(session.as_bytes(), self.session.as_deref())
                    && part.push(revoked.as_bytes(), self.is_revoked.then_some(b""));
                (is_held && part.size() <= MOST_BYTES).then(|| part.finish())?
            }
        };
        Some(Snapshot {
            epoch: self.epoch.map(Vec::into_boxed_slice),
            fields,
            is_whole,
            expires_at: self.expires_at,
        })
    }
}

/// The fields that decide, out of all fields and values of a subject; `None` if they are too much.
fn whole(all: &[Vec<u8>]) -> Option<Fields> {
    let mut fields = FieldsWriter::default();
    for pair in all.chunks_exact(2) {
        let (name, value) = (&*pair[0], &*pair[1]);
        let is_held = if keys::is_session_field(name) {
            fields.push(name, Some(value))
        } else if keys::is_revoked_field(name) {
            fields.push(name, Some(b""))
        } else {
            true
        };
        if !is_held || fields.size() > MOST_BYTES {
            return None;
        }
    }
    Some(fields.finish())
}

/// A change that this node makes, and that its own view must not outlive.
#[must_use = "the view forgets when it is dropped"]
pub(in crate::store::redis) struct Changing<'a> {
    view: Option<&'a View>,
    key: Option<&'a str>,
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        match (self.view, self.key) {
            (Some(view), Some(key)) => view.known.forget(key.as_bytes()),
            (Some(view), None) => view.known.forget_all(),
            (None, _) => {}
        }
    }
}
