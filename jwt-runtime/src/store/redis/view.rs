//! A local view of what Redis holds, so that a request costs no round trip.
//!
//! # What was chosen, and why
//!
//! Redis itself says what has changed: `CLIENT TRACKING` in broadcast mode, on a connection of its
//! own. Two other feeds were weighed. *Publishing revocations* from the scripts costs as much and
//! leaves out all that no script does: a session that an operator deletes by hand, a key that
//! expires or is evicted, `FLUSHALL`; and a subscriber cannot tell that it has missed a message. *A
//! stream* of revocations has no gaps, but leaves out the same, has to be trimmed, and makes one
//! hot key of a cluster out of every logout. *Tracking without broadcast* makes Redis remember
//! which node has read what, and its table overflows with many subjects.
//!
//! The cache that comes with the client library 1.8 is not used: it keeps a reply even when the
//! news that it is out of date has come before it, and has no bound on how long it believes that.
//! Here a mark is left before the question ([`entries`]), and everything is worth only as much as
//! the latest proof that the news arrive ([`feed`], [`freshness`]).
//!
//! # What is believed
//!
//! One entry is the hash of one subject, whole where it is of ordinary size, so that the next
//! access token of a session is known before it is seen. The view admits tokens and refuses
//! revoked ones. A session that it does not know is asked for, because it may have been opened a
//! moment ago elsewhere; so a login is good on every node at once. Refresh tokens are never looked
//! up here.

mod answer;
mod entries;
mod feed;
mod fields;
mod freshness;
mod known;
mod shard;
mod snapshot;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::AbortHandle;

use self::known::Known;
use super::link::Link;
use crate::error::StoreError;

/// The least that `max_staleness` may be: a few round trips and a pause of the scheduler.
const LEAST_STALENESS: Duration = Duration::from_millis(100);

/// The most that `max_staleness` may be.
const MOST_STALENESS: Duration = Duration::from_secs(60);

/// Keeps on each node what it has read from Redis, so that a request with an access token costs
/// no round trip; see [`RedisStoreBuilder::local_view`](super::RedisStoreBuilder::local_view).
///
/// # The bound
///
/// When a revocation, a logout, or any other change has been confirmed to whoever asked for it,
/// every node refuses the token at the latest [`max_staleness`](Self::max_staleness) later, one
/// second by default. Ordinarily it does so as soon as the news has crossed the network, and the
/// node that made the change at once.
///
/// The bound does not depend on anything arriving. Several times within it the node asks Redis for
/// a sign of life that can only come behind all news, on the same connection; without it what the
/// node knows is worth nothing, whether Redis, the network or the node itself was stopped. Also
/// changes made by hand count, expiry, eviction and `FLUSHALL`. The exception is `SWAPDB`, of which
/// Redis says nothing to anybody: do not use it on these databases.
///
/// The bound is relative to what the store itself would answer: after a failover that has lost
/// writes, neither knows of them. It is measured by the monotonic clock and the wall clock. A
/// virtual machine that is frozen and resumed has neither of them go on, and will believe for the
/// bound, by its own clocks, what it believed before.
///
/// # What it takes
///
/// - Redis 6.2, or Valkey; not Redis Cluster, where each primary has news of its own.
/// - One more connection for each node, which speaks RESP3.
/// - These permissions beside those of [`RedisStore`](super::RedisStore): `+client|tracking
///   +hscan`.
/// - For each write of a session about a hundred bytes to each node.
/// - A bound on what Redis holds for a node that does not read: `client-output-buffer-limit normal
///   64mb 16mb 60`. Redis hangs up on it then, and the node starts over.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use jwt_runtime::{FeedLost, LocalView, RedisStore};
///
/// # async fn example() -> Result<(), jwt_runtime::StoreError> {
/// let store = RedisStore::builder("redis://127.0.0.1/0")
///     .local_view(
///         LocalView::new()
///             .max_staleness(Duration::from_millis(500))
///             .when_feed_is_lost(FeedLost::AskStore),
///     )
///     .connect()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "hand it to `RedisStoreBuilder::local_view`"]
pub struct LocalView {
    max_staleness: Duration,
    max_entries: usize,
    when_lost: FeedLost,
}

/// What a node does while it is not proven that its local view is recent enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeedLost {
    /// Asks the store for each request, as without a view.
    #[default]
    AskStore,
    /// Answers [`StoreError::ViewUnproven`], for deployments whose Redis could not bear the
    /// requests of all nodes. Only access tokens are refused: refresh tokens are asked for. It is
    /// no outage, so nothing is [accepted unchecked][unchecked] meanwhile.
    ///
    /// [unchecked]: crate::JwtAuthBuilder::accept_access_tokens_unchecked_while_the_store_is_down
    Refuse,
}

/// What a local view has done since it was made, and how it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ViewStats {
    /// Questions that it has answered.
    pub hits: u64,
    /// Questions that it left to the store, because it did not know.
    pub misses: u64,
    /// Questions that it did not answer, because it was not proven to be recent enough.
    pub unproven: u64,
    /// Changed keys that Redis has told of.
    pub invalidations: u64,
    /// Subjects that it knows something of.
    pub entries: usize,
    /// Whether it may answer now.
    pub is_fed: bool,
}

impl LocalView {
    /// A view that is at most a second stale, of at most a million subjects, and that leaves
    /// requests to the store while its feed is lost.
    pub fn new() -> Self {
        Self {
            max_staleness: Duration::from_secs(1),
            max_entries: 1_000_000,
            when_lost: FeedLost::default(),
        }
    }

    /// How long after a change the view may answer as if it had not happened: 100 ms to 60 s, one
    /// second by default.
    ///
    /// Four times within it Redis is asked for a sign of life. So a shorter bound costs more of
    /// these, and a network that holds them up makes the view useless sooner.
    pub fn max_staleness(mut self, bound: Duration) -> Self {
        self.max_staleness = bound;
        self
    }

    /// Of how many subjects something may be known at once, at least 2 and by default a million;
    /// what was used longest ago is forgotten first.
    ///
    /// A subject with one session takes about 350 bytes, and one with very many 16 KiB.
    pub fn max_entries(mut self, subjects: usize) -> Self {
        self.max_entries = subjects;
        self
    }

    /// What to do while it is not proven that the view is recent enough.
    pub fn when_feed_is_lost(mut self, choice: FeedLost) -> Self {
        self.when_lost = choice;
        self
    }

    /// Refuses what no view can be.
    pub(super) fn check(&self, link: &Link) -> Result<(), StoreError> {
        if !link.can_listen() {
            return Err(StoreError::unavailable(
                "a local view needs one Redis server: each primary of a Cluster has its own news",
            ));
        }
        if !(LEAST_STALENESS..=MOST_STALENESS).contains(&self.max_staleness) {
            return Err(StoreError::unavailable(format!(
                "a local view may be stale for {LEAST_STALENESS:?} to {MOST_STALENESS:?}, not {:?}",
                self.max_staleness
            )));
        }
        if self.max_entries < 2 {
            return Err(StoreError::unavailable("a local view needs at least 2 entries"));
        }
        Ok(())
    }
}

impl Default for LocalView {
    fn default() -> Self {
        Self::new()
    }
}

/// The view of one store and its clones, and the task that feeds it.
#[derive(Debug)]
pub(super) struct View {
    known: Arc<Known>,
    when_lost: FeedLost,
    /// What the names of all keys of the store begin with.
    tracked: String,
    feed: Mutex<Option<AbortHandle>>,
}

impl View {
    pub(super) fn new(settings: &LocalView, tracked: String) -> Self {
        Self {
            known: Arc::new(Known::new(settings)),
            when_lost: settings.when_lost,
            tracked,
            feed: Mutex::default(),
        }
    }

    pub(super) fn stats(&self) -> ViewStats {
        self.known.stats()
    }

    /// Starts the task that feeds the view, if it does not run.
    ///
    /// Called whenever the view could not answer: a task goes away with its runtime, and the store
    /// may have been made before there was any.
    fn feed(&self, link: &Arc<Link>) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let mut feed = self.feed.lock().unwrap_or_else(PoisonError::into_inner);
        if feed.as_ref().is_none_or(AbortHandle::is_finished) {
            let task = feed::run(Arc::clone(&self.known), Arc::clone(link), self.tracked.clone());
            *feed = Some(runtime.spawn(task).abort_handle());
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        let feed = self.feed.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(feed) = feed.take() {
            feed.abort();
        }
    }
}
