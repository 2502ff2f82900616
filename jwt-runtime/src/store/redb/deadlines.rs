//! The one thread that tells callers that their time is over.
//!
//! A disk that hangs keeps the thread that waits for it, and nothing wakes that. So somebody else
//! has to look at the clock. A timer of tokio would need a runtime that has its timers on.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::reply::Expire;

pub(super) struct Deadlines {
    deadline: Duration,
    calls: Mutex<Calls>,
    changed: Condvar,
}

#[derive(Default)]
struct Calls {
    /// When each call is over, soonest first: all have the same time.
    running: VecDeque<(Instant, Weak<dyn Expire>)>,
    is_closed: bool,
}

impl Deadlines {
    pub(super) fn new(deadline: Duration) -> Self {
        Self { deadline, calls: Mutex::default(), changed: Condvar::new() }
    }

    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Gives a call its time, from now on; any time there is, if the clock cannot express its end.
    pub(super) fn start(&self, call: Weak<dyn Expire>) {
        let Some(over_at) = Instant::now().checked_add(self.deadline) else { return };
        let mut calls = self.calls();
        calls.drop_answered();
        let was_idle = calls.running.is_empty();
        calls.running.push_back((over_at, call));
        if was_idle {
            self.changed.notify_one();
        }
    }

    /// Lets [`watch`](Self::watch) return.
    pub(super) fn close(&self) {
        self.calls().is_closed = true;
        self.changed.notify_one();
    }

    /// Expires calls until there can be no more.
    pub(super) fn watch(&self) {
        let mut calls = self.calls();
        while !calls.is_closed {
            calls.drop_answered();
            let Some(over_at) = calls.running.front().map(|(over_at, _)| *over_at) else {
                calls = self.changed.wait(calls).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = over_at.saturating_duration_since(Instant::now());
            if !left.is_zero() {
                let waited = self.changed.wait_timeout(calls, left);
                calls = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let over = calls.running.pop_front().and_then(|(_, call)| call.upgrade());
            drop(calls);
            if let Some(call) = over {
                call.expire(self.deadline);
            }
            calls = self.calls();
        }
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls {
    /// Forgets the calls at the front that nobody waits for any more.
    fn drop_answered(&mut self) {
        while self.running.front().is_some_and(|(_, call)| call.strong_count() == 0) {
            self.running.pop_front();
        }
    }
}
