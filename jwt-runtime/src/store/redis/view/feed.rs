//! The connection on which Redis says what has changed.
//!
//! `CLIENT TRACKING ON BCAST PREFIX <prefix>:{` makes Redis push the name of every key of the
//! store that is written, deleted, evicted or expired, by whomever, and a null for `FLUSHALL`.
//!
//! # The proof
//!
//! Redis collects these names while it runs commands, and puts them into the connection's output
//! before it sends the replies to those commands
//! ([`beforeSleep`](https://github.com/redis/redis/blob/7.0.15/src/server.c) calls
//! `trackingBroadcastInvalidationMessages` and then `handleClientsWithPendingWritesUsingThreads`).
//! So when a write was confirmed to anybody, its name is already in the output of this connection,
//! and the reply to whatever is asked here afterwards comes behind it. A reply to a question that
//! was sent at some moment therefore proves that every write confirmed before that moment is
//! known here. Errors prove nothing: while a script overruns its time, Redis sends replies without
//! having put out the names, but then it answers this question with `BUSY`.
//!
//! The question is `INFO replication`, and it is put to the store's own connection as well: both
//! have to name the same history (`master_replid`) of a primary. Otherwise the two could lead to
//! two servers after a failover, and the proof would be of the wrong one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, PushInfo, PushKind, RedisError, Value};

use super::freshness::Generation;
use super::known::Known;
use crate::store::redis::link::Link;

/// How often the proof is renewed within the staleness that is allowed.
const PROOFS_PER_BOUND: u32 = 4;

/// How long connecting may take.
const DIALLING: Duration = Duration::from_secs(1);

/// Between attempts to connect, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Keeps `known` fed, for as long as it is polled.
pub(super) async fn run(known: Arc<Known>, link: Arc<Link>, tracked: String) {
    let mut pause = PAUSE.0;
    let mut is_first = true;
    loop {
        let generation = known.reserve();
        // Also when the whole task goes away, as with its runtime.
        let ending = Ending { known: &known, generation };
        let begun = Instant::now();
        let Err(loss) = follow(&known, &link, &tracked, generation).await;
        drop(ending);
        if begun.elapsed() > PAUSE.1 {
            pause = PAUSE.0;
        }
        if std::mem::take(&mut is_first) || pause == PAUSE.0 {
            tracing::warn!(target: "jwt::store", error = %loss, "the local view of Redis is not fed");
        } else {
            tracing::debug!(target: "jwt::store", error = %loss, "the local view of Redis is not fed");
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

/// Why a connection of the feed was given up.
#[derive(Debug, thiserror::Error)]
enum Loss {
    #[error(transparent)]
    Redis(#[from] RedisError),
    #[error("no answer within {0:?}")]
    Silence(Duration),
    #[error("the store's connection leads to another server, or to a replica")]
    OtherServer,
}

struct Ending<'a> {
    known: &'a Known,
    generation: Generation,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.known.lose(self.generation);
    }
}

/// Makes one connection and lives on it until it is lost.
async fn follow(
    known: &Arc<Known>,
    link: &Link,
    tracked: &str,
    generation: Generation,
) -> Result<std::convert::Infallible, Loss> {
    let patience = known.max_staleness().max(link.deadline());
    let mut feed = dial(known, link, generation).await?;
    let mut tracking = redis::cmd("CLIENT");
    tracking.arg("TRACKING").arg("ON").arg("BCAST").arg("PREFIX").arg(tracked);
    within(patience, tracking.exec_async(&mut feed)).await?;
    known.begin(generation);
    tracing::info!(target: "jwt::store", "the local view of Redis is fed");
    loop {
        let sent = known.now();
        let asked = link
            .ask(
                |mut connection, _| async move { replication().query_async(&mut connection).await },
            )
            .await;
        let here: String = within(patience, replication().query_async(&mut feed)).await?;
        // While the store does not answer, nothing is proven. Whether the feed is well is another
        // question, and it was answered.
        if let Ok(there) = asked {
            let there: String = there;
            if history(&here).is_none() || history(&here) != history(&there) {
                return Err(Loss::OtherServer);
            }
            known.prove(sent);
        }
        tokio::time::sleep(known.max_staleness() / PROOFS_PER_BOUND).await;
    }
}

async fn dial(
    known: &Arc<Known>,
    link: &Link,
    generation: Generation,
) -> Result<MultiplexedConnection, Loss> {
    let known = Arc::clone(known);
    // Called by the connection's own task between one reply and the next, so that what comes
    // before a reply has had its effect before the reply is seen.
    let receive = move |push: PushInfo| {
        match push.kind {
            PushKind::Invalidate => invalidate(&known, &push.data),
            PushKind::Disconnection => known.lose(generation),
            _ => {}
        }
        Ok::<(), redis::aio::SendError>(())
    };
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(DIALLING))
        .set_response_timeout(None) // `within` has the deadline
        .set_push_sender(receive);
    within(DIALLING, link.dial_resp3(&config)).await
}

/// Forgets what a push names; everything, if it does not name keys.
fn invalidate(known: &Known, data: &[Value]) {
    let [Value::Array(keys)] = data else { return known.invalidate_all() };
    let names = keys.iter().map(|key| match key {
        Value::BulkString(name) => Some(&name[..]),
        _ => None,
    });
    match names.collect::<Option<Vec<_>>>() {
        Some(names) => known.invalidate(&names),
        None => known.invalidate_all(),
    }
}

async fn within<T>(
    patience: Duration,
    call: impl Future<Output = Result<T, RedisError>>,
) -> Result<T, Loss> {
    match tokio::time::timeout(patience, call).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Loss::Silence(patience)),
    }
}

fn replication() -> redis::Cmd {
    let mut info = redis::cmd("INFO");
    info.arg("replication");
    info
}

/// What names the history of a primary's data; `None` for a replica.
fn history(info: &str) -> Option<&str> {
    let field = |name| info.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    (field("role:")? == "master").then(|| field("master_replid:")).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_primary_has_a_history() {
        let primary = "# Replication\r\nrole:master\r\nmaster_replid:abc\r\nmaster_replid2:000\r\n";
        assert_eq!(history(primary), Some("abc"));
        assert_eq!(history(&primary.replace("master\r", "slave\r")), None);
        assert_eq!(history("role:master\r\n"), None);
        assert_eq!(history(""), None);
    }
}
