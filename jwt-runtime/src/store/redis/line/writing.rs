//! Writes that replicas have to confirm before anybody is told of them.
//!
//! `WAIT` blocks its connection, so writes have one of their own, and reads do not notice. One
//! `WAIT` is behind all writes that have come while the one before it was blocked: they go out
//! together, so the rate of writes is not that at which replicas answer.
//!
//! `WAIT` is about the last write of its connection, and all that came before it. A script that
//! finds its work done writes nothing; but whoever did it, over another connection, may never have
//! had it confirmed. So before each `WAIT` something is written for certain: the time to live of a
//! key that is there for this. Redis does that when it is out of memory, too.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Pipeline, RedisError, RedisResult, Value, from_redis_value};
use tokio::sync::oneshot;

use super::{Line, Live, Patience, swallowed};
use crate::store::redis::deadline::Deadline;
use crate::store::redis::scripts;

/// How many writes go out together, at most: the last one waits for the first.
const ROUND: usize = 256;

/// How many answers come behind those to the writes.
const ANSWERS: usize = 3;

/// How long the key lives that is written for certain, in seconds.
const CONFIRMATION_LIVES: u32 = 3_600;

/// The code of the error for a write that too few replicas have confirmed; no server has one like
/// it.
const UNCONFIRMED: &str = "JWT-UNCONFIRMED";

/// How many replicas have confirmed a write, and how many should have, if this is the error of one
/// that too few have.
pub(in crate::store::redis) fn unconfirmed(error: &RedisError) -> Option<(u32, u32)> {
    let detail = error.detail().filter(|_| error.code() == Some(UNCONFIRMED))?;
    let (confirmed, wanted) = detail.split_once('/')?;
    Some((confirmed.parse().ok()?, wanted.parse().ok()?))
}

/// The connection for writes, and those that wait for it.
pub(super) struct Writing {
    connection: MultiplexedConnection,
    replicas: u32,
    /// How long replicas have to confirm.
    timeout: Duration,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Write>,
    /// Whether a task takes from it.
    is_served: bool,
}

/// The commands of one call, and who waits for their answers.
struct Write {
    commands: Pipeline,
    /// What to write for certain, in the slot of their keys.
    confirmation: Arc<str>,
    caller: oneshot::Sender<RedisResult<Vec<Value>>>,
}

impl Writing {
    /// Proves the connection, and that the user may call `WAIT`: otherwise every write would be
    /// done and then reported as an error. Loads the scripts, so that a call does not have to wait
    /// for replicas three times because it has to be made again.
    pub(super) async fn over(
        mut connection: MultiplexedConnection,
        patience: Patience,
    ) -> RedisResult<Self> {
        match redis::cmd("WAIT").arg(0).arg(1).exec_async(&mut connection).await {
            Err(error) if error.is_io_error() || error.code() == Some("NOPERM") => {
                return Err(error);
            }
            // A replica of a cluster answers with an error, and is asked for nothing but a map.
            _ => {}
        }
        for script in scripts::all() {
            match script.prepare_invoke().load_async(&mut connection).await {
                Err(error) if error.is_io_error() => return Err(error),
                // A call tells of it, should it matter.
                _ => {}
            }
        }
        let (replicas, queue) = (patience.replicas, Mutex::default());
        // A write may come when the `WAIT` before it has just begun.
        let timeout = (patience.deadline / 2).max(Duration::from_millis(1));
        Ok(Self { connection, replicas, timeout, queue })
    }

    /// How long an answer may take: the servers are as patient as they are told, and round up.
    pub(super) fn patience(&self) -> Duration {
        self.timeout.saturating_mul(4)
    }

    pub(super) fn connection(&self) -> MultiplexedConnection {
        self.connection.clone()
    }

    /// What comes behind the writes.
    fn add_wait(&self, round: &mut Pipeline, confirmation: &str) {
        // Zero would be forever.
        let timeout = u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX);
        let timeout = timeout.clamp(1, u64::from(u32::MAX));
        round.cmd("SET").arg(confirmation).arg("").arg("EX").arg(CONFIRMATION_LIVES).arg("NX");
        round.cmd("EXPIRE").arg(confirmation).arg(CONFIRMATION_LIVES);
        round.cmd("WAIT").arg(self.replicas).arg(timeout);
    }

    /// Whether the replicas have confirmed what was written before.
    fn confirmed(&self, [set, expire, wait]: [Value; ANSWERS]) -> RedisResult<()> {
        match expire.extract_error() {
            Ok(Value::Int(1)) => {}
            // There is no key, and no room for one.
            Ok(_) => return Err(set.extract_error().err().unwrap_or_else(given_up)),
            // The slot of the first write has gone to another server, and not those of the others.
            Err(error) if error.redirect_node().is_some() => return Err(given_up()),
            Err(error) => return Err(error),
        }
        let confirmed: u32 = from_redis_value(wait.extract_error()?)?;
        if confirmed >= self.replicas {
            return Ok(());
        }
        let detail = format!("{confirmed}/{}", self.replicas);
        Err(redis::make_extension_error(UNCONFIRMED.to_owned(), Some(detail)))
    }

    /// Joins the queue; tells whether somebody serves it.
    fn join(
        &self,
        commands: Pipeline,
        confirmation: &Arc<str>,
    ) -> (oneshot::Receiver<RedisResult<Vec<Value>>>, bool) {
        let (caller, answer) = oneshot::channel();
        let mut queue = self.queue();
        queue.waiting.push(Write { commands, confirmation: Arc::clone(confirmation), caller });
        (answer, std::mem::replace(&mut queue.is_served, true))
    }

    /// Writes to send next. Without any, whoever comes has to see to it that they are.
    fn next_round(&self) -> Option<Vec<Write>> {
        let mut queue = self.queue();
        // Nobody would be told.
        queue.waiting.retain(|write| !write.caller.is_closed());
        if queue.waiting.is_empty() {
            queue.is_served = false;
            return None;
        }
        let count = queue.waiting.len().min(ROUND);
        Some(queue.waiting.drain(..count).collect())
    }

    // Nothing can panic while the lock is held, but an outage would be the wrong answer anyway.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// Sends commands that write, and waits until replicas have confirmed it.
    pub(super) async fn write(
        &self,
        live: &Arc<Live>,
        writing: &Writing,
        commands: Pipeline,
        confirmation: &Arc<str>,
        until: Deadline,
    ) -> RedisResult<Vec<Value>> {
        let (answer, is_served) = writing.join(commands, confirmation);
        if let (false, Some(line)) = (is_served, self.this.upgrade()) {
            tokio::spawn(serve(line, Serving { live: Arc::clone(live), is_done: false }));
        }
        until.wait(answer).await?.unwrap_or_else(|_| Err(given_up()))
    }
}

/// Sends what waits until nothing does.
async fn serve(line: Arc<Line>, mut serving: Serving) {
    let live = Arc::clone(&serving.live);
    let Some(writing) = &live.writing else { return };
    while let Some(writes) = writing.next_round() {
        let mut round = Pipeline::with_capacity(writes.len() + ANSWERS);
        for command in writes.iter().flat_map(|write| write.commands.cmd_iter()) {
            round.add_command(command.clone());
        }
        if let Some(first) = writes.first() {
            writing.add_wait(&mut round, &first.confirmation);
        }
        let until = Deadline::after(writing.patience());
        let answers = line.send(&live, writing.connection(), &round, 0, round.len(), until).await;
        let answers = answers.and_then(|mut answers| {
            let own = answers.len().checked_sub(ANSWERS).ok_or_else(swallowed)?;
            let last = answers.split_off(own).try_into().map_err(|_| swallowed())?;
            Ok((answers.into_iter(), writing.confirmed(last)))
        });
        let (mut answers, confirmed) = match answers {
            Ok(answers) => answers,
            Err(error) => {
                for write in writes {
                    // A caller that has gone does not mind.
                    let _ = write.caller.send(Err(error.clone()));
                }
                continue;
            }
        };
        for write in writes {
            let count = write.commands.len();
            let own: Vec<Value> = answers.by_ref().take(count).collect();
            // What was refused was not written, and the reason is the better answer.
            let is_refused = own.iter().any(|answer| matches!(answer, Value::ServerError(_)));
            let answer = match &confirmed {
                _ if own.len() < count => Err(swallowed()),
                Err(error) if !is_refused => Err(error.clone()),
                _ => Ok(own),
            };
            let _ = write.caller.send(answer);
        }
    }
    serving.is_done = true;
}

/// Held by the task that serves the queue. If the runtime drops that task half-way, those who wait
/// are told, and the next one to come starts another.
struct Serving {
    live: Arc<Live>,
    is_done: bool,
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let (false, Some(writing)) = (self.is_done, &self.live.writing) {
            *writing.queue() = Queue::default();
        }
    }
}

/// As if the connection had broken: the call may be tried once more.
fn given_up() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::BrokenPipe).into()
}
