//! What follows from an answer, or from none: when the circuit opens, and when a connection goes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use redis::{ErrorKind, RedisError, RedisResult, ServerErrorKind};

use super::{Line, Live, State, ping};
use crate::store::redis::deadline::has_passed;

/// After how many calls in a row without an answer the circuit opens, even if `PING` is answered:
/// a proxy in between may do that by itself.
const UNANSWERED_CALLS: u32 = 5;

/// How long a connection to a server that refuses writes stays, so that a burst of refusals
/// hangs up once.
const SPARED_WHEN_READ_ONLY: Duration = Duration::from_secs(1);

impl Line {
    /// Draws the consequences of an answer, or of none.
    pub(super) fn note<T>(&self, live: &Arc<Live>, answer: RedisResult<T>) -> RedisResult<T> {
        match &answer {
            Err(error) if has_passed(error) => self.unanswered(live, error),
            Err(error) if error.is_io_error() => self.broke(live, error),
            Err(error) if is_read_only(error) => {
                self.answered(live);
                self.is_read_only(live);
            }
            _ => self.answered(live),
        }
        answer
    }

    fn answered(&self, live: &Live) {
        // Loads, because every call comes along here, and stores would have to be shared.
        if live.unanswered.load(Ordering::Relaxed) != 0 {
            live.unanswered.store(0, Ordering::Relaxed);
        }
        if self.failures.load(Ordering::Relaxed) != 0
            && self.failures.swap(0, Ordering::Relaxed) != 0
        {
            tracing::info!(target: "jwt::store", address = %live.dialled.address, "Redis answers again");
        }
    }

    fn unanswered(&self, live: &Arc<Live>, error: &RedisError) {
        match live.unanswered.fetch_add(1, Ordering::Relaxed) + 1 {
            1 => self.check(live),
            UNANSWERED_CALLS.. => self.open(live, error),
            _ => {}
        }
    }

    /// Asks for a sign of life, because an answer is owed.
    fn check(&self, live: &Arc<Live>) {
        let (line, live) = (self.this.clone(), Arc::clone(live));
        let deadline = self.patience.deadline;
        tokio::spawn(async move {
            let reading = (live.dialled.connection.clone(), deadline);
            let writing = live.writing.as_ref().map(|it| (it.connection(), it.patience()));
            for (connection, deadline) in [Some(reading), writing].into_iter().flatten() {
                let checked = ping(connection, deadline).await;
                if let (Err(error), Some(line)) = (checked, line.upgrade()) {
                    return line.open(&live, &error);
                }
            }
        });
    }

    /// Opens the circuit: calls fail until a new connection has proven itself.
    fn open(&self, live: &Arc<Live>, error: &RedisError) {
        if self.leave(live, || State::Down(error.clone())) {
            tracing::warn!(
                target: "jwt::store",
                address = %live.dialled.address,
                "Redis is silent, calls fail at once until it answers"
            );
            let pause = self.pause();
            self.dial_in_background(pause);
        }
    }

    /// Replaces a connection that broke. Calls wait for the new one, unless this one broke without
    /// ever having answered: then the server lets connect and serves nobody.
    fn broke(&self, live: &Arc<Live>, error: &RedisError) {
        let is_first = self.failures.load(Ordering::Relaxed) == 0;
        let next = || match is_first {
            true => State::Dialling { since: Instant::now() },
            false => State::Down(error.clone()),
        };
        if self.leave(live, next) {
            tracing::debug!(target: "jwt::store", address = %live.dialled.address, %error, "Redis connection lost");
            let pause = self.pause();
            self.dial_in_background(pause);
        }
    }

    /// Hangs up on a server that refuses writes: a master that became a replica answers reads,
    /// with what may be old news, and only a new connection finds the new master behind the name.
    pub(super) fn is_read_only(&self, live: &Arc<Live>) {
        let is_young = live.since.elapsed() < SPARED_WHEN_READ_ONLY;
        if !is_young && self.leave(live, || State::Dialling { since: Instant::now() }) {
            tracing::warn!(
                target: "jwt::store",
                address = %live.dialled.address,
                "Redis is read-only, looking for the master"
            );
            self.dial_in_background(Duration::ZERO);
        }
    }
}

fn is_read_only(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}
