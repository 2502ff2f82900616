//! Users who log in and out all the time, and what they see of a fault.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jwt_runtime::{RedisStore, Standing, StoreError, TokenStore};
use tokio::task::JoinHandle;

use super::{NOW, access, recovered, session};

/// What takes longer than this has waited for a server.
const SLOW: Duration = Duration::from_millis(20);

/// How many calls are made at once.
pub(super) const WORKERS: usize = 8;

/// A load on a store, until it is [ended](Load::end).
pub(super) struct Load {
    store: RedisStore,
    pub(super) seen: Arc<Seen>,
    stop: Arc<AtomicBool>,
    workers: Vec<JoinHandle<Vec<String>>>,
}

/// What the users have seen so far.
pub(super) struct Seen {
    pub(super) calls: AtomicUsize,
    pub(super) failures: AtomicUsize,
    /// Failures that took their time.
    pub(super) slow_failures: AtomicUsize,
    /// Acknowledged.
    pub(super) logouts: AtomicUsize,
    /// Acknowledged logins that were gone at the next request.
    lost_logins: AtomicUsize,
    gap: Mutex<Gap>,
}

/// The longest time without a success.
struct Gap {
    last_success: Instant,
    longest: Duration,
}

/// How it has ended.
pub(super) struct Outcome {
    seen: Arc<Seen>,
    /// Acknowledged logouts that do not hold any more: tokens that live again.
    pub(super) revived: Vec<String>,
}

impl Load {
    /// Starts it. The subjects begin with `prefix`.
    pub(super) fn start(store: &RedisStore, prefix: &str) -> Self {
        let seen = Arc::new(Seen {
            calls: AtomicUsize::new(0),
            failures: AtomicUsize::new(0),
            slow_failures: AtomicUsize::new(0),
            logouts: AtomicUsize::new(0),
            lost_logins: AtomicUsize::new(0),
            gap: Mutex::new(Gap { last_success: Instant::now(), longest: Duration::ZERO }),
        });
        let stop = Arc::new(AtomicBool::new(false));
        let workers = (0..WORKERS)
            .map(|worker| {
                let (store, seen, stop) = (store.clone(), Arc::clone(&seen), Arc::clone(&stop));
                let prefix = format!("{prefix}-{worker}");
                tokio::spawn(async move {
                    let mut logged_out = Vec::new();
                    for round in 0.. {
                        if stop.load(Ordering::SeqCst) {
                            break;
                        }
                        let subject = format!("{prefix}-{round}");
                        if seen.visit(&store, &subject).await.is_ok() {
                            logged_out.push(subject);
                        }
                        // Nobody calls as fast as a circuit that is open can refuse.
                        tokio::task::yield_now().await;
                    }
                    logged_out
                })
            })
            .collect();
        Self { store: store.clone(), seen, stop, workers }
    }

    /// Ends it and looks whether what was acknowledged holds.
    pub(super) async fn end(self) -> Outcome {
        self.stop.store(true, Ordering::SeqCst);
        let mut revived = Vec::new();
        for worker in self.workers {
            for subject in worker.await.unwrap() {
                let ask = async || self.store.standing(access(&subject), NOW).await;
                if recovered(ask).await == Standing::Live {
                    revived.push(subject);
                }
            }
        }
        Outcome { seen: self.seen, revived }
    }
}

impl Seen {
    /// A login, a request and a logout; `Ok` if all three were answered.
    async fn visit(&self, store: &RedisStore, subject: &str) -> Result<(), StoreError> {
        self.count(store.open_session(session(subject))).await?;
        match self.count(store.standing(access(subject), NOW)).await? {
            Standing::Live => {}
            Standing::SessionEnded => _ = self.lost_logins.fetch_add(1, Ordering::SeqCst),
            other => panic!("{subject}: {other:?} after a login"),
        }
        self.count(store.end_session(subject, "sid-1", NOW)).await?;
        self.logouts.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn count<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let start = Instant::now();
        let answer = call.await;
        self.calls.fetch_add(1, Ordering::SeqCst);
        if answer.is_ok() {
            let mut gap = self.gap.lock().unwrap();
            gap.longest = gap.longest.max(gap.last_success.elapsed());
            gap.last_success = Instant::now();
        } else {
            self.failures.fetch_add(1, Ordering::SeqCst);
            let is_slow = start.elapsed() > SLOW;
            self.slow_failures.fetch_add(usize::from(is_slow), Ordering::SeqCst);
        }
        answer
    }
}

impl Outcome {
    pub(super) fn slow_failures(&self) -> usize {
        self.seen.slow_failures.load(Ordering::SeqCst)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |count: &AtomicUsize| count.load(Ordering::SeqCst);
        write!(
            f,
            "{} calls, {} failed, {} of them slowly; {} acknowledged logouts, {} of them lost; \
             {} acknowledged logins lost; {:?} without a success",
            count(&self.seen.calls),
            count(&self.seen.failures),
            count(&self.seen.slow_failures),
            count(&self.seen.logouts),
            self.revived.len(),
            count(&self.seen.lost_logins),
            self.seen.gap.lock().unwrap().longest
        )
    }
}
