//! The view itself: entries that are worth something as long as the proof is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::entries::{Entries, Mark, Snapshot};
use super::freshness::{Freshness, Generation, Moment};
use super::{LocalView, ViewStats};
use crate::store::redis::keys::is_epoch;

/// What the view has to say.
pub(super) enum Look<T> {
    /// This, and it was so at some moment within the staleness that is allowed, or later.
    Known(T),
    /// Nothing; the answer of the store may be kept.
    Unknown(Mark),
    /// Nothing, because it is not proven that the view is recent enough.
    Unproven,
}

/// How the latest attempt to feed the view goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feeding {
    Starting,
    Fed,
    Failed,
}

/// Shared by requests, the task that keeps the feed, and the task of the feed's connection.
#[derive(Debug)]
pub(super) struct Known {
    start: Instant,
    max_staleness: Duration,
    freshness: Freshness,
    entries: Entries,
    feeding: watch::Sender<Feeding>,
    invalidations: AtomicU64,
    unproven: AtomicU64,
}

impl Known {
    pub(super) fn new(settings: &LocalView) -> Self {
        Self {
            start: Instant::now(),
            max_staleness: settings.max_staleness,
            freshness: Freshness::new(settings.max_staleness),
            entries: Entries::new(settings.max_entries),
            feeding: watch::Sender::new(Feeding::Starting),
            invalidations: AtomicU64::new(0),
            unproven: AtomicU64::new(0),
        }
    }

    pub(super) fn now(&self) -> Moment {
        Moment::since(self.start)
    }

    pub(super) fn max_staleness(&self) -> Duration {
        self.max_staleness
    }

    /// Reads what is known of a key. `read` answers `None` where that is not enough.
    pub(super) fn look<T>(&self, key: &[u8], read: impl FnOnce(&Snapshot) -> Option<T>) -> Look<T> {
        let Some(generation) = self.freshness.generation() else { return self.unproven() };
        let found = self.entries.look(key, generation, |snapshot| {
            // The clock is read after the entry: however long this thread was held up before, what
            // it has in hand is judged by the time at which it is used.
            let now = self.now();
            let is_usable =
                now.monotonic < snapshot.expires_at && self.freshness.is_proven(generation, now);
            is_usable.then(|| read(snapshot)).flatten()
        });
        match found {
            Ok(answer) => Look::Known(answer),
            Err(mark) if self.freshness.is_proven(generation, self.now()) => Look::Unknown(mark),
            Err(_) => self.unproven(),
        }
    }

    fn unproven<T>(&self) -> Look<T> {
        self.unproven.fetch_add(1, Ordering::Relaxed);
        Look::Unproven
    }

    /// Keeps what was read under a mark, unless a change has overtaken it.
    pub(super) fn keep(&self, key: &[u8], mark: Mark, snapshot: Snapshot) {
        self.entries.keep(key, mark, snapshot);
    }

    /// Forgets one subject.
    pub(super) fn forget(&self, key: &[u8]) {
        self.entries.forget(key);
    }

    /// Forgets all of them.
    pub(super) fn forget_all(&self) {
        self.entries.forget_all();
    }

    /// Forgets the subjects whose keys have changed; all of them, if an epoch has.
    pub(super) fn invalidate(&self, keys: &[&[u8]]) {
        let count = u64::try_from(keys.len()).unwrap_or(u64::MAX);
        self.invalidations.fetch_add(count, Ordering::Relaxed);
        if keys.iter().any(|key| is_epoch(key)) {
            self.entries.forget_all();
        } else {
            keys.iter().for_each(|key| self.entries.forget(key));
        }
    }

    /// Forgets everything, because nobody can say what has changed.
    pub(super) fn invalidate_all(&self) {
        self.invalidations.fetch_add(1, Ordering::Relaxed);
        self.entries.forget_all();
    }

    /// See [`Freshness::reserve`].
    pub(super) fn reserve(&self) -> Generation {
        self.freshness.reserve()
    }

    /// See [`Freshness::begin`].
    pub(super) fn begin(&self, generation: Generation) {
        self.freshness.begin(generation);
    }

    /// See [`Freshness::prove`].
    pub(super) fn prove(&self, sent: Moment) {
        self.freshness.prove(sent);
        self.tell(Feeding::Fed);
    }

    /// The connection of this generation is no more, or never was.
    pub(super) fn lose(&self, generation: Generation) {
        if self.freshness.end(generation) {
            self.entries.forget_all();
        }
        self.tell(Feeding::Failed);
    }

    fn tell(&self, feeding: Feeding) {
        self.feeding.send_if_modified(|told| std::mem::replace(told, feeding) != feeding);
    }

    /// Waits for the outcome of the first attempt to feed the view.
    pub(super) async fn is_fed_at_first(&self) -> bool {
        let mut feeding = self.feeding.subscribe();
        let outcome = feeding.wait_for(|feeding| *feeding != Feeding::Starting).await;
        outcome.is_ok_and(|feeding| *feeding == Feeding::Fed)
    }

    pub(super) fn stats(&self) -> ViewStats {
        let (hits, misses) = self.entries.looks();
        let now = self.now();
        ViewStats {
            hits,
            misses,
            unproven: self.unproven.load(Ordering::Relaxed),
            invalidations: self.invalidations.load(Ordering::Relaxed),
            entries: self.entries.len(),
            is_fed: self.freshness.generation().is_some_and(|it| self.freshness.is_proven(it, now)),
        }
    }
}
