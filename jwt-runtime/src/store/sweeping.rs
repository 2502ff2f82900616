//! How stores that have to drop expired records by themselves go about it.

use std::time::Duration;

/// How many records one write may drop, so that no single request pays for a long silence.
///
/// Every write adds at most one record and drops up to this many, so what is left over shrinks
/// with each of them.
pub(super) const SWEPT_PER_WRITE: usize = 64;

/// How long a record outlives its `keep_until`, unless its room is needed.
///
/// A clock that leaps ahead and is set back would otherwise take revocations with it, and bring
/// their tokens back to life.
pub(super) const SWEEP_MARGIN: Duration = Duration::from_secs(60 * 60);
