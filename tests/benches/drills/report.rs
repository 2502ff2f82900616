//! What the clients of an experiment were answered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Counts answers while an experiment runs.
#[derive(Debug)]
pub(crate) struct Tally {
    began: Instant,
    granted: AtomicU64,
    refused: AtomicU64,
    unavailable: AtomicU64,
    other: AtomicU64,
    unanswered: AtomicU64,
    wrongly_accepted: AtomicU64,
    wrongly_refused: AtomicU64,
    /// Let in within the bound that a local view has.
    late: AtomicU64,
    /// When the last request was granted, and the longest time without one, in microseconds.
    last_granted: AtomicU64,
    longest_gap: AtomicU64,
    /// When the last 503 came, in microseconds since the beginning.
    last_unavailable: AtomicU64,
    repaired: OnceLock<Repair>,
    /// How long each answer took, in classes of a quarter of a power of two of microseconds.
    times: Vec<AtomicU64>,
    slowest: AtomicU64,
    faults: Mutex<Vec<String>>,
}

/// What has come after a repair.
#[derive(Debug)]
struct Repair {
    at: Instant,
    /// How long after it the first request was granted that began after it, in microseconds.
    first_granted: AtomicU64,
    unavailable: AtomicU64,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            began: Instant::now(),
            granted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            unavailable: AtomicU64::new(0),
            other: AtomicU64::new(0),
            unanswered: AtomicU64::new(0),
            wrongly_accepted: AtomicU64::new(0),
            wrongly_refused: AtomicU64::new(0),
            late: AtomicU64::new(0),
            last_granted: AtomicU64::new(0),
            longest_gap: AtomicU64::new(0),
            last_unavailable: AtomicU64::new(0),
            repaired: OnceLock::new(),
            times: (0..160).map(|_| AtomicU64::new(0)).collect(),
            slowest: AtomicU64::new(0),
            faults: Mutex::new(Vec::new()),
        }
    }

    /// An answer with this status, 0 for none, to a request that began then.
    pub(crate) fn count(&self, status: u16, began: Instant) {
        let count = match status {
            200 | 204 => &self.granted,
            401 => &self.refused,
            503 => &self.unavailable,
            0 => &self.unanswered,
            _ => &self.other,
        };
        count.fetch_add(1, Ordering::Relaxed);
        let at = self.began.elapsed().as_micros() as u64;
        if matches!(status, 200 | 204) {
            let before = self.last_granted.fetch_max(at, Ordering::Relaxed);
            self.longest_gap.fetch_max(at.saturating_sub(before), Ordering::Relaxed);
        }
        if status == 503 {
            self.last_unavailable.fetch_max(at, Ordering::Relaxed);
        }
        if let Some(repair) = self.repaired.get()
            && began >= repair.at
        {
            match status {
                200 | 204 => {
                    let after = repair.at.elapsed().as_micros() as u64;
                    repair.first_granted.fetch_min(after, Ordering::Relaxed);
                }
                503 => _ = repair.unavailable.fetch_add(1, Ordering::Relaxed),
                _ => {}
            }
        }
        let took = began.elapsed().as_micros() as u64;
        self.slowest.fetch_max(took, Ordering::Relaxed);
        let class = (((took + 1) as f64).log2() * 4.0) as usize;
        self.times[class.min(self.times.len() - 1)].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn wrongly_accepted(&self, how: impl FnOnce() -> String) {
        self.wrongly_accepted.fetch_add(1, Ordering::Relaxed);
        self.note_fault(how);
    }

    /// A token let in after its logout, within the bound that is stated.
    pub(crate) fn accepted_late(&self) {
        self.late.fetch_add(1, Ordering::Relaxed);
    }

    /// How many of those there were.
    pub(crate) fn late(&self) -> u64 {
        self.late.load(Ordering::Relaxed)
    }

    pub(crate) fn wrongly_refused(&self, how: impl FnOnce() -> String) {
        self.wrongly_refused.fetch_add(1, Ordering::Relaxed);
        self.note_fault(how);
    }

    fn note_fault(&self, how: impl FnOnce() -> String) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.len() < 5 {
            faults.push(how());
        }
    }

    pub(crate) fn granted(&self) -> u64 {
        self.granted.load(Ordering::Relaxed)
    }

    pub(crate) fn unavailable(&self) -> u64 {
        self.unavailable.load(Ordering::Relaxed)
    }

    /// From now on the store works again, as far as anybody outside can tell.
    pub(crate) fn repaired(&self) {
        let (first_granted, unavailable) = (AtomicU64::new(u64::MAX), AtomicU64::new(0));
        let _ = self.repaired.set(Repair { at: Instant::now(), first_granted, unavailable });
    }

    /// How long after the repair the first request was granted that began after it.
    pub(crate) fn granted_after(&self) -> Option<Duration> {
        let first = self.repaired.get()?.first_granted.load(Ordering::Relaxed);
        (first != u64::MAX).then(|| Duration::from_micros(first))
    }

    /// How many 503 came after the repair to requests that began after it, and when the last came.
    fn unavailable_after(&self) -> Option<(u64, Duration)> {
        let repair = self.repaired.get()?;
        let last = Duration::from_micros(self.last_unavailable.load(Ordering::Relaxed));
        let last = (self.began + last).saturating_duration_since(repair.at);
        Some((repair.unavailable.load(Ordering::Relaxed), last))
    }

    /// The time within which this share of the answers came, to a fifth.
    fn within(&self, share: f64) -> Duration {
        let counts: Vec<u64> =
            self.times.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let mut left = (counts.iter().sum::<u64>() as f64 * share) as u64;
        for (class, count) in counts.iter().enumerate() {
            if left <= *count {
                return Duration::from_micros(2_f64.powf((class + 1) as f64 / 4.0) as u64);
            }
            left -= count;
        }
        Duration::ZERO
    }

    /// The row of an experiment over HTTP.
    pub(crate) fn row(&self, what: impl Into<String>, store: &str) -> Row {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let [granted, refused, unavailable, other, unanswered] = [
            count(&self.granted),
            count(&self.refused),
            count(&self.unavailable),
            count(&self.other),
            count(&self.unanswered),
        ];
        Row {
            what: what.into(),
            store: store.to_owned(),
            requests: granted + refused + unavailable + other + unanswered,
            granted,
            refused,
            unavailable,
            other,
            unanswered,
            wrongly_accepted: count(&self.wrongly_accepted),
            wrongly_refused: count(&self.wrongly_refused),
            median: self.within(0.5),
            p99: self.within(0.99),
            slowest: Duration::from_micros(count(&self.slowest)),
            examples: self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            recovered: self.granted_after(),
            unavailable_after: self.unavailable_after(),
            longest_gap: Some(Duration::from_micros(count(&self.longest_gap))),
            ..Row::default()
        }
    }
}

/// The outcome of one experiment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) store: String,
    pub(crate) requests: u64,
    pub(crate) granted: u64,
    pub(crate) refused: u64,
    pub(crate) unavailable: u64,
    /// Any other status.
    pub(crate) other: u64,
    /// No answer within five seconds, or a connection that broke.
    pub(crate) unanswered: u64,
    pub(crate) wrongly_accepted: u64,
    pub(crate) wrongly_refused: u64,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
    pub(crate) slowest: Duration,
    /// How long after the repair the first request was granted that began after it.
    pub(crate) recovered: Option<Duration>,
    /// How many 503 came to requests that began after the repair, and when the last came.
    pub(crate) unavailable_after: Option<(u64, Duration)>,
    /// The longest time in which nobody got a 2xx.
    pub(crate) longest_gap: Option<Duration>,
    pub(crate) notes: Vec<String>,
    /// What is wrong beside the counts.
    pub(crate) failures: Vec<String>,
    pub(crate) examples: Vec<String>,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, store: &str) -> Self {
        Self { what: what.into(), store: store.to_owned(), ..Self::default() }
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    pub(crate) fn recovered(mut self, after: Duration) -> Self {
        self.recovered = Some(after);
        self
    }

    /// Takes a failure for one unless this holds.
    pub(crate) fn require(mut self, holds: bool, what: impl Into<String>) -> Self {
        if !holds {
            self.failures.push(what.into());
        }
        self
    }

    /// Counts refusals of good tokens as losses that the documentation tells of.
    pub(crate) fn excuse_refusals(mut self, why: &str) -> Self {
        let refused = std::mem::take(&mut self.wrongly_refused);
        self.examples.clear();
        self.note(format!("{refused} requests refused: {why}"))
    }

    /// Counts tokens that were let in as losses that the documentation tells of.
    pub(crate) fn excuse_acceptances(mut self, why: &str) -> Self {
        let accepted = std::mem::take(&mut self.wrongly_accepted);
        self.examples.clear();
        self.note(format!("{accepted} requests accepted: {why}"))
    }

    /// Counts requests whose server died before it answered.
    pub(crate) fn excuse_unanswered(mut self, why: &str) -> Self {
        let unanswered = std::mem::take(&mut self.unanswered);
        self.note(format!("{unanswered} requests without an answer: {why}"))
    }

    /// Why the run has failed.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = self.failures.clone();
        for (count, what) in [
            (self.wrongly_accepted, "wrongly accepted"),
            (self.wrongly_refused, "wrongly refused"),
            (self.other, "answers that are neither 2xx, 401 nor 503"),
            (self.unanswered, "requests without an answer"),
        ] {
            if count > 0 {
                faults.push(format!("{count} {what}"));
            }
        }
        faults.extend(self.examples.iter().cloned());
        faults
    }
}
