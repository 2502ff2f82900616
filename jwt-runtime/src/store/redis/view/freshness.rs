//! Until when it is proven that the view knows everything.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What both clocks say, in nanoseconds: the monotonic one since the view was made, and the wall
/// clock since 1970.
///
/// Two, because the monotonic clock of Linux stands still while the machine is suspended, and the
/// wall clock can be set. A proof that is too old by either is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) monotonic: u64,
    pub(super) wall: u64,
}

impl Moment {
    /// The present.
    pub(super) fn since(start: Instant) -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { monotonic: nanoseconds(start.elapsed()), wall: nanoseconds(wall) }
    }
}

/// Names one connection of the feed; none is ever used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Generation(u64);

/// No connection, and no proof.
const NONE: u64 = 0;

/// The feed's connection, and the latest moment of which it is proven that every write which was
/// confirmed before it has reached the view.
///
/// A reader takes the [`generation`](Self::generation) first, looks into the view and then asks
/// whether the generation [is proven](Self::is_proven). The proof is read between two looks at the
/// generation, so it cannot be the proof of a later connection.
#[derive(Debug)]
pub(super) struct Freshness {
    max_staleness: u64,
    latest: AtomicU64,
    current: AtomicU64,
    proven_monotonic: AtomicU64,
    proven_wall: AtomicU64,
}

impl Freshness {
    pub(super) fn new(max_staleness: Duration) -> Self {
        Self {
            max_staleness: nanoseconds(max_staleness),
            latest: AtomicU64::new(NONE),
            current: AtomicU64::new(NONE),
            proven_monotonic: AtomicU64::new(NONE),
            proven_wall: AtomicU64::new(NONE),
        }
    }

    /// The generation that the feed's next connection will be.
    pub(super) fn reserve(&self) -> Generation {
        Generation(self.latest.fetch_add(1, Ordering::SeqCst) + 1)
    }

    /// Every write from now on reaches the view over this connection.
    pub(super) fn begin(&self, generation: Generation) {
        self.proven_monotonic.store(NONE, Ordering::SeqCst);
        self.proven_wall.store(NONE, Ordering::SeqCst);
        self.current.store(generation.0, Ordering::SeqCst);
    }

    /// This connection is no more; `false` if that was known.
    pub(super) fn end(&self, generation: Generation) -> bool {
        self.current
            .compare_exchange(generation.0, NONE, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }

    /// Every write that was confirmed before `sent` has reached the view.
    ///
    /// Only the one task that begins generations may say so.
    pub(super) fn prove(&self, sent: Moment) {
        self.proven_monotonic.store(sent.monotonic, Ordering::SeqCst);
        self.proven_wall.store(sent.wall, Ordering::SeqCst);
    }

    /// The connection of the feed, if it has one.
    pub(super) fn generation(&self) -> Option<Generation> {
        match self.current.load(Ordering::SeqCst) {
            NONE => None,
            generation => Some(Generation(generation)),
        }
    }

    /// Whether what was known to `generation` a moment ago is no staler than it may be.
    pub(super) fn is_proven(&self, generation: Generation, now: Moment) -> bool {
        let monotonic = self.proven_monotonic.load(Ordering::SeqCst);
        let wall = self.proven_wall.load(Ordering::SeqCst);
        // `now` may be a moment older than the proof. A wall clock that was set, in whichever
        // direction, says nothing of the age.
        let is_recent = monotonic != NONE
            && now.monotonic.saturating_sub(monotonic) <= self.max_staleness
            && now.wall.abs_diff(wall) <= self.max_staleness;
        is_recent && self.generation() == Some(generation)
    }
}

/// As many as fit, which are 584 years.
pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: Duration = Duration::from_secs(1);
    const SECOND: u64 = 1_000_000_000;

    fn at(monotonic: u64, wall: u64) -> Moment {
        Moment { monotonic, wall }
    }

    fn begun() -> (Freshness, Generation) {
        let freshness = Freshness::new(BOUND);
        let generation = freshness.reserve();
        freshness.begin(generation);
        (freshness, generation)
    }

    #[test]
    fn nothing_is_proven_at_first() {
        let freshness = Freshness::new(BOUND);
        assert_eq!(freshness.generation(), None);
        let (freshness, generation) = begun();
        assert_eq!(freshness.generation(), Some(generation));
        assert!(!freshness.is_proven(generation, at(1, 1)));
    }

    #[test]
    fn a_proof_lasts_to_the_bound() {
        let (freshness, generation) = begun();
        freshness.prove(at(5 * SECOND, 50 * SECOND));
        assert!(freshness.is_proven(generation, at(6 * SECOND, 51 * SECOND)));
        assert!(!freshness.is_proven(generation, at(6 * SECOND + 1, 51 * SECOND)));
        // Suspended: only the wall clock went on.
        assert!(!freshness.is_proven(generation, at(5 * SECOND, 51 * SECOND + 1)));
        // The wall clock was set back.
        assert!(!freshness.is_proven(generation, at(5 * SECOND, 48 * SECOND)));
    }

    #[test]
    fn a_proof_is_of_its_own_connection() {
        let (freshness, old) = begun();
        freshness.prove(at(SECOND, SECOND));
        assert!(freshness.end(old) && !freshness.end(old));
        assert!(!freshness.is_proven(old, at(SECOND, SECOND)));
        let new = freshness.reserve();
        freshness.begin(new);
        assert!(!freshness.is_proven(new, at(SECOND, SECOND)), "not yet");
        freshness.prove(at(2 * SECOND, 2 * SECOND));
        assert!(freshness.is_proven(new, at(2 * SECOND, 2 * SECOND)));
        assert!(!freshness.is_proven(old, at(2 * SECOND, 2 * SECOND)));
        assert!(!freshness.end(old), "the end of an old connection is no news");
        assert!(freshness.is_proven(new, at(2 * SECOND, 2 * SECOND)));
    }
}
