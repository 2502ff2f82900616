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

mod breaker;
mod redial;
mod writing;

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};
use tokio::sync::watch;

use self::writing::Writing;
pub(super) use self::writing::unconfirmed;
use super::deadline::Deadline;
use super::dial::{Dialled, Dialler};

/// How long one attempt to connect may take, at least: names have to be resolved, hands shaken,
/// and a first packet that was lost is sent again after a second.
const DIALLING: Duration = Duration::from_secs(2);

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
    /// How many replicas have to confirm a write.
    pub(super) replicas: u32,
}

impl Patience {
    /// How long later attempts to connect may take, which go on in the background.
    pub(super) fn dialling(deadline: Duration) -> Duration {
        DIALLING.max(deadline.saturating_mul(2))
    }
}

/// What a command does.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    Read,
    /// It may have to wait for replicas, which then confirm this key, in the slot of its own keys.
    Write(Arc<str>),
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
    /// To the same server, if writes have to wait for replicas.
    writing: Option<Writing>,
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
    pub(super) async fn command(
        &self,
        command: &Cmd,
        purpose: &Purpose,
        until: Deadline,
    ) -> RedisResult<Value> {
        let live = self.live(until).await?;
        if let (Purpose::Write(key), Some(writing)) = (purpose, &live.writing) {
            let mut commands = Pipeline::with_capacity(1);
            commands.add_command(command.clone());
            let answers = self.write(&live, writing, commands, key, until).await?;
            return answers.into_iter().next().ok_or_else(swallowed)?.extract_error();
        }
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
        purpose: &Purpose,
        until: Deadline,
    ) -> RedisResult<Vec<Value>> {
        let live = self.live(until).await?;
        if let (Purpose::Write(key), Some(writing)) = (purpose, &live.writing) {
            let answers = self.write(&live, writing, pipeline.clone(), key, until).await?;
            return Ok(answers.into_iter().skip(offset).take(count).collect());
        }
        let connection = live.dialled.connection.clone();
        self.send(&live, connection, pipeline, offset, count, until).await
    }

    async fn send(
        &self,
        live: &Arc<Live>,
        mut connection: MultiplexedConnection,
        pipeline: &Pipeline,
        offset: usize,
        count: usize,
        until: Deadline,
    ) -> RedisResult<Vec<Value>> {
        let sent = connection.send_packed_commands(pipeline, offset, count);
        let answers = self.note(live, until.wait(sent).await.flatten())?;
        let is_read_only = |answer: &Value| match answer {
            Value::ServerError(error) => error.kind() == Some(ServerErrorKind::ReadOnly),
            _ => false,
        };
        if answers.iter().any(is_read_only) {
            self.is_read_only(live);
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
}

/// Whether the server says anything within the deadline; an error is a sign of life too.
async fn ping(mut connection: MultiplexedConnection, deadline: Duration) -> RedisResult<()> {
    let ping = redis::cmd("PING");
    let answer = Deadline::after(deadline).wait(connection.send_packed_command(&ping)).await?;
    match answer {
        Err(error) if error.is_io_error() => Err(error),
        _ => Ok(()),
    }
}

fn swallowed() -> RedisError {
    RedisError::from((ErrorKind::Client, "a server swallowed an answer"))
}

fn circuit_open() -> RedisError {
    redis::make_extension_error(CIRCUIT_OPEN.to_owned(), None)
}
