//! The connection to one server, and the circuit breaker on it.
//!
//! A line is in one of four states. Calls wait only while it is being dialled for the first time
//! or right after it broke; as soon as one attempt has failed they fail at once, which costs
//! microseconds, and one task in the background goes on trying until the server answers a `PING`
//! over a new connection within the deadline. So a line recovers without traffic, and a server
//! that is alive but slower than the deadline is not taken for a healthy one.
//!
//! ```text
//!  Idle ──first call──▶ Dialling ──PING answered──▶ Up ──connection broke──▶ Dialling
//!                          │                        ▲ │
//!                 attempt failed, or        PING    │ │ silence: a PING stays without an
//!               slower than the deadline  answered  │ │ answer, or five calls in a row
//!                          ▼                        │ ▼
//!                          └──────────────────────▶ Down ⟲ again after 50 to 500 ms
//! ```
//!
//! The first call without an answer has the line checked by a `PING` on the same connection. A
//! peer that vanished without a word would otherwise keep a TCP connection half open for many
//! minutes, and a deadline would have to pass for many callers. An answer that is an error, such
//! as `OOM` or `NOPERM`, is an answer.

use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};
use tokio::sync::watch;

use super::deadline::{Deadline, has_passed};
use super::dial::{Dialled, Dialler};

/// After how many calls in a row without an answer the circuit opens, even if `PING` is answered:
/// a proxy in between may do that by itself.
const UNANSWERED_CALLS: u32 = 5;

/// How long one attempt to connect may take, at least: names have to be resolved, hands shaken,
/// and a first packet that was lost is sent again after a second.
const DIALLING: Duration = Duration::from_secs(2);

/// The pause after the first failed attempt; it doubles up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How long a connection to a server that refuses writes stays, so that a burst of refusals
/// hangs up once.
const SPARED_WHEN_READ_ONLY: Duration = Duration::from_secs(1);

/// How often sentinels are asked whether the master is still the one that the line leads to.
const CONFIRMATION: Duration = Duration::from_secs(1);

/// The code of the error for a call that was not made; no server has one like it.
const CIRCUIT_OPEN: &str = "JWT-CIRCUIT";

/// Whether this is the error of a call that was not made because the circuit is open.
pub(super) fn is_circuit_open(error: &RedisError) -> bool {
    error.code() == Some(CIRCUIT_OPEN)
}

/// How long a line waits for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the answer to one call.
    pub(super) deadline: Duration,
    /// For the first connection, which may take a name to resolve and a server that wakes up.
    pub(super) first_contact: Duration,
}

impl Patience {
    /// How long later attempts to connect may take, which go on in the background.
    pub(super) fn dialling(deadline: Duration) -> Duration {
        DIALLING.max(deadline.saturating_mul(2))
    }
}

/// A connection that is made, watched and replaced as needed; shared by all callers.
pub(super) struct Line {
    dialler: Dialler,
    patience: Patience,
    state: watch::Sender<State>,
    /// Attempts that failed, and connections that broke, since the last answer to a call.
    failures: AtomicU32,
    this: Weak<Self>,
}

#[derive(Clone)]
enum State {
    /// Nobody has called yet, or the runtime that was dialling is gone.
    Idle,
    /// Calls wait.
    Dialling {
        since: Instant,
    },
    Up(Arc<Live>),
    /// The circuit is open: calls fail.
    Down(RedisError),
}

/// A connection that was good when it was made.
struct Live {
    dialled: Dialled,
    since: Instant,
    /// Calls in a row that got no answer.
    unanswered: AtomicU32,
}

impl Line {
    pub(super) fn new(dialler: Dialler, patience: Patience) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            dialler,
            patience,
            state: watch::Sender::new(State::Idle),
            failures: AtomicU32::new(0),
            this: this.clone(),
        })
    }

    pub(super) fn dialler(&self) -> &Dialler {
        &self.dialler
    }

    pub(super) fn is_up(&self) -> bool {
        matches!(*self.state.borrow(), State::Up(_))
    }

    /// Sends one command.
    pub(super) async fn command(&self, command: &Cmd, until: Deadline) -> RedisResult<Value> {
        let live = self.live(until).await?;
        let mut connection = live.dialled.connection.clone();
        let answer = until.wait(connection.send_packed_command(command)).await.flatten();
        self.note(&live, answer.and_then(Value::extract_error))
    }

    /// Sends several commands at once; of the answers, `count` from `offset` on. Those that are
    /// errors are among them, as with the client.
    pub(super) async fn commands(
        &self,
        pipeline: &Pipeline,
        offset: usize,
        count: usize,
        until: Deadline,
    ) -> RedisResult<Vec<Value>> {
        let live = self.live(until).await?;
        let mut connection = live.dialled.connection.clone();
        let sent = connection.send_packed_commands(pipeline, offset, count);
        let answers = self.note(&live, until.wait(sent).await.flatten())?;
        let is_read_only = |answer: &Value| match answer {
            Value::ServerError(error) => error.kind() == Some(ServerErrorKind::ReadOnly),
            _ => false,
        };
        if answers.iter().any(is_read_only) {
            self.is_read_only(&live);
        }
        Ok(answers)
    }

    async fn live(&self, until: Deadline) -> RedisResult<Arc<Live>> {
        match &*self.state.borrow() {
            State::Up(live) => return Ok(Arc::clone(live)),
            State::Down(_) => return Err(circuit_open()),
            State::Idle | State::Dialling { .. } => {}
        }
        let mut states = self.state.subscribe();
        loop {
            let state = states.borrow_and_update().clone();
            match state {
                State::Up(live) => return Ok(live),
                // It was this call that waited for the attempt, so it is told why it failed.
                State::Down(cause) => return Err(cause),
                State::Idle => {
                    self.change(|state| {
                        matches!(state, State::Idle)
                            .then(|| State::Dialling { since: Instant::now() })
                    })
                    .then(|| self.dial_in_background(Duration::ZERO));
                }
                State::Dialling { since } => {
                    if let Err(error) = until.wait(states.changed()).await {
                        self.is_slow(since, &error);
                        return Err(error);
                    }
                }
            }
        }
    }

    /// Replaces the state if `next` has one, and tells whether it did.
    fn change(&self, next: impl FnOnce(&State) -> Option<State>) -> bool {
        self.state.send_if_modified(|state| next(state).map(|next| *state = next).is_some())
    }

    /// Replaces the state if the line is up by this very connection.
    fn leave(&self, live: &Arc<Live>, next: impl FnOnce() -> State) -> bool {
        self.change(|state| match state {
            State::Up(current) if Arc::ptr_eq(current, live) => Some(next()),
            _ => None,
        })
    }

    /// A caller has waited in vain. If it waited for a whole deadline, nobody else has to.
    fn is_slow(&self, since: Instant, error: &RedisError) {
        if since.elapsed() >= self.patience.deadline {
            self.change(|state| {
                matches!(state, State::Dialling { .. }).then(|| State::Down(error.clone()))
            });
        }
    }

    /// Draws the consequences of an answer, or of none.
    fn note<T>(&self, live: &Arc<Live>, answer: RedisResult<T>) -> RedisResult<T> {
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

    /// Asks for a sign of life on a connection that owes an answer.
    fn check(&self, live: &Arc<Live>) {
        let (line, live) = (self.this.clone(), Arc::clone(live));
        let deadline = self.patience.deadline;
        tokio::spawn(async move {
            let checked = ping(live.dialled.connection.clone(), deadline).await;
            if let (Err(error), Some(line)) = (checked, line.upgrade()) {
                line.open(&live, &error);
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
    fn is_read_only(&self, live: &Arc<Live>) {
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

    /// How long to pause before the next attempt: not at all before the first. A quarter of it is
    /// chance, so that the processes which lost a server together do not come back together.
    fn pause(&self) -> Duration {
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
    fn dial_in_background(&self, pause: Duration) {
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
        Ok(Live { dialled, since: Instant::now(), unanswered: AtomicU32::new(0) })
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

/// Whether the server says anything within the deadline; an error is a sign of life too.
fn ping(
    mut connection: MultiplexedConnection,
    deadline: Duration,
) -> impl Future<Output = RedisResult<()>> + Send {
    async move {
        let ping = redis::cmd("PING");
        let answer = Deadline::after(deadline).wait(connection.send_packed_command(&ping)).await?;
        match answer {
            Err(error) if error.is_io_error() => Err(error),
            _ => Ok(()),
        }
    }
}

fn is_read_only(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

fn circuit_open() -> RedisError {
    redis::make_extension_error(CIRCUIT_OPEN.to_owned(), None)
}
