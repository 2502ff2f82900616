//! How a line comes up, again and again if need be, and makes sure that it leads to the master.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use redis::{RedisError, RedisResult};

use super::{Line, Live, Patience, State, Writing, ping};
use crate::store::redis::deadline::Deadline;

/// The pause after the first failed attempt; it doubles up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How often sentinels are asked whether the master is still the one that the line leads to.
const CONFIRMATION: Duration = Duration::from_secs(1);

impl Line {
    /// How long to pause before the next attempt: not at all before the first. A quarter of it is
    /// chance, so that the processes which lost a server together do not come back together.
    pub(super) fn pause(&self) -> Duration {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        if failures == 0 {
            return Duration::ZERO;
        }
        let pause = SHORTEST_PAUSE.saturating_mul(1 << (failures - 1).min(8)).min(LONGEST_PAUSE);
        let chance = u32::try_from(RandomState::new().hash_one(0) % 256).unwrap_or_default();
        pause - pause / 4 + pause * chance / 1_024
    }

    /// Dials until it succeeds or the line is given up. At most one such task runs: it is started
    /// by whoever changes the state to `Dialling` or from `Up`, and only it changes it to `Up`.
    pub(super) fn dial_in_background(&self, pause: Duration) {
        let mut task = DiallingTask { line: self.this.clone(), is_done: false };
        tokio::spawn(async move {
            let mut pause = pause;
            loop {
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
                let Some(line) = task.line.upgrade() else { return };
                match line.attempt().await {
                    Ok(live) => {
                        task.finish();
                        return line.is_dialled(Arc::new(live));
                    }
                    Err(error) => pause = line.is_unreachable(error),
                }
            }
        });
    }

    async fn attempt(&self) -> RedisResult<Live> {
        let is_first = self.failures.load(Ordering::Relaxed) == 0;
        let (dialling, deadline) = if is_first {
            let first = self.patience.first_contact;
            (first, first.max(self.patience.deadline))
        } else {
            (Patience::dialling(self.patience.deadline), self.patience.deadline)
        };
        let dialled = Deadline::after(dialling).wait(self.dialler.dial()).await.flatten()?;
        ping(dialled.connection.clone(), deadline).await?;
        let writing = match self.patience.replicas {
            0 => None,
            _ => {
                let writing = async { Writing::over(dialled.again().await?, self.patience).await };
                Some(Deadline::after(dialling).wait(writing).await.flatten()?)
            }
        };
        Ok(Live { dialled, writing, since: Instant::now(), unanswered: AtomicU32::new(0) })
    }

    fn is_dialled(&self, live: Arc<Live>) {
        self.confirm_now_and_then(&live);
        self.change(|_| Some(State::Up(live)));
    }

    /// How long to pause.
    fn is_unreachable(&self, error: RedisError) -> Duration {
        let _first = self.failures.compare_exchange(0, 1, Ordering::Relaxed, Ordering::Relaxed);
        let was_down = matches!(*self.state.borrow(), State::Down(_));
        if !was_down {
            tracing::warn!(target: "jwt::store", %error, "Redis is not reachable, calls fail at once until it is");
        }
        self.change(|_| Some(State::Down(error)));
        self.pause()
    }

    /// A master that is cut off from its sentinels goes on answering: nothing but the sentinels
    /// tells that another one has taken over.
    fn confirm_now_and_then(&self, live: &Arc<Live>) {
        if !self.dialler.can_confirm() {
            return;
        }
        let (line, live) = (self.this.clone(), Arc::downgrade(live));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(CONFIRMATION).await;
                let (Some(line), Some(live)) = (line.upgrade(), live.upgrade()) else { return };
                let is_moved = match line.dialler.resolve().await {
                    Ok(address) => address != live.dialled.address,
                    Err(_) => false,
                };
                if is_moved && line.leave(&live, || State::Dialling { since: Instant::now() }) {
                    tracing::warn!(
                        target: "jwt::store",
                        address = %live.dialled.address,
                        "Sentinel names another master, changing over"
                    );
                    line.dial_in_background(Duration::ZERO);
                    return;
                }
            }
        });
    }
}

/// Says that nobody dials any more if the runtime drops the task half-way.
struct DiallingTask {
    line: Weak<Line>,
    is_done: bool,
}

impl DiallingTask {
    fn finish(&mut self) {
        self.is_done = true;
    }
}

impl Drop for DiallingTask {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        if let Some(line) = self.line.upgrade() {
            line.change(|state| match state {
                State::Dialling { .. } | State::Down(_) => Some(State::Idle),
                State::Idle | State::Up(_) => None,
            });
        }
    }
}
