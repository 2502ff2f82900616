//! The connection, and how long it may keep anybody waiting.
//!
//! [`ConnectionManager`] multiplexes and reconnects, and left to its defaults lets a command wait
//! nine seconds for a dead server. Here every command has one deadline, from the first attempt to
//! the last, and a manager that has not answered for a while is replaced: a peer that vanished
//! without a word keeps a TCP connection half open for many minutes, and a manager whose attempt
//! to reconnect was refused by the server, as at `maxclients`, never makes another.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, IntoConnectionInfo, ProtocolVersion, RedisError,
    RedisResult, ServerErrorKind,
};

use crate::error::StoreError;

/// After how many deadlines without a single success the connection is replaced.
const DEADLINES_OF_SILENCE: u32 = 4;

/// How long one attempt to connect may take, at least: names have to be resolved and hands shaken.
const DIALLING: Duration = Duration::from_millis(500);

/// How many commands may wait for the socket; the client's 50 stall a busy server.
const PIPELINE_BUFFER: usize = 1_000;

/// What a command is sent over; cheap to clone.
pub(super) type Connection = ConnectionManager;

/// A connection to one Redis server, shared by all clones of a store.
pub(super) struct Link {
    target: Target,
    deadline: Duration,
    line: Mutex<Line>,
    /// Whether `line.failing_since` is set; spares the good case the lock.
    failing: AtomicBool,
}

enum Target {
    /// Ours to dial, and to dial again.
    Server(Client),
    /// Somebody else's: it reconnects by itself and is never replaced.
    Given(ConnectionManager),
}

#[derive(Default)]
struct Line {
    dialled: Option<Dialled>,
    failing_since: Option<Instant>,
}

struct Dialled {
    manager: ConnectionManager,
    at: Instant,
}

/// Whether a command is sent for the first time, or again because its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    Again,
}

impl Link {
    /// Checks the URL. Nothing is dialled before the first command.
    pub(super) fn to(url: &str, deadline: Duration) -> Result<Self, StoreError> {
        let info = url.into_connection_info().map_err(StoreError::unavailable)?;
        // Otherwise Nagle's algorithm holds a command back until the answer to the one before it
        // is acknowledged.
        let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        let client = Client::open(info).map_err(StoreError::unavailable)?;
        Ok(Self::new(Target::Server(client), deadline))
    }

    pub(super) fn over(manager: ConnectionManager, deadline: Duration) -> Self {
        Self::new(Target::Given(manager), deadline)
    }

    fn new(target: Target, deadline: Duration) -> Self {
        Self { target, deadline, line: Mutex::default(), failing: AtomicBool::new(false) }
    }

    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The server's address, without credentials.
    pub(super) fn address(&self) -> Option<String> {
        match &self.target {
            Target::Server(client) => Some(client.get_connection_info().addr().to_string()),
            Target::Given(_) => None,
        }
    }

    /// A connection of its own that speaks RESP3, for one who listens.
    pub(super) async fn dial_resp3(
        &self,
        config: &AsyncConnectionConfig,
    ) -> RedisResult<MultiplexedConnection> {
        let Target::Server(client) = &self.target else {
            return Err(
                (ErrorKind::InvalidClientConfig, "a given connection has no address").into()
            );
        };
        let info = client.get_connection_info().clone();
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        client.get_multiplexed_async_connection_with_config(config).await
    }

    /// Runs a command within the deadline; once more if the connection broke.
    pub(super) async fn ask<T, F>(
        &self,
        command: impl Fn(Connection, Attempt) -> F + Send + Sync,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>> + Send,
        T: Send,
    {
        self.ask_within(self.deadline, command).await
    }

    /// [`ask`](Self::ask), with another deadline.
    pub(super) async fn ask_within<T, F>(
        &self,
        deadline: Duration,
        command: impl Fn(Connection, Attempt) -> F + Send + Sync,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>> + Send,
        T: Send,
    {
        // The client spawns its tasks on tokio and panics elsewhere.
        if let Err(error) = tokio::runtime::Handle::try_current() {
            return Err(StoreError::unavailable(error));
        }
        let attempts = async {
            match command(self.manager()?, Attempt::First).await {
                // An I/O error is a connection that broke, or could not be made when it was last
                // tried. The manager dials anew on the second command.
                Err(error) if error.is_io_error() => {
                    tracing::debug!(target: "jwt::store", %error, "Redis connection lost, trying again");
                    command(self.manager()?, Attempt::Again).await
                }
                answered => answered,
            }
        };
        match tokio::time::timeout(deadline, attempts).await {
            Ok(Ok(answer)) => {
                self.succeeded();
                Ok(answer)
            }
            Ok(Err(error)) => {
                self.failed(Some(&error));
                Err(store_error(error))
            }
            Err(_) => {
                self.failed(None);
                Err(StoreError::Timeout(deadline))
            }
        }
    }

    fn manager(&self) -> RedisResult<ConnectionManager> {
        match &self.target {
            Target::Given(manager) => Ok(manager.clone()),
            Target::Server(client) => {
                let mut line = self.line();
                if let Some(dialled) = &line.dialled {
                    return Ok(dialled.manager.clone());
                }
                let manager =
                    ConnectionManager::new_lazy_with_config(client.clone(), self.config())?;
                line.dialled = Some(Dialled { manager: manager.clone(), at: Instant::now() });
                // Whoever waits for the connection drives it, up to a deadline that may be too
                // short for a handshake. Somebody has to go on, or it would never be made.
                let mut waiting = manager.clone();
                tokio::spawn(async move {
                    let _: RedisResult<()> = redis::cmd("PING").exec_async(&mut waiting).await;
                });
                Ok(manager)
            }
        }
    }

    fn config(&self) -> ConnectionManagerConfig {
        ConnectionManagerConfig::new()
            .set_response_timeout(None) // `ask` has the deadline
            // Longer than the deadline, because dialling goes on in the background: a handshake
            // over a slow network then succeeds for a later command instead of never.
            .set_connection_timeout(Some(DIALLING.max(self.deadline.saturating_mul(2))))
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(10))
            .set_max_delay(Duration::from_millis(50))
            .set_pipeline_buffer_size(PIPELINE_BUFFER)
    }

    fn succeeded(&self) {
        if self.failing.load(Ordering::Relaxed) {
            let mut line = self.line();
            self.failing.store(false, Ordering::Relaxed);
            if let Some(since) = line.failing_since.take() {
                tracing::info!(target: "jwt::store", outage = ?since.elapsed(), "Redis answers again");
            }
        }
    }

    /// Notes a failure, and hangs up where nothing has worked for a while.
    ///
    /// On `READONLY` it does not wait for that: a master that became a replica answers reads, with
    /// what may be old news, and only a new connection finds the new master behind the same name.
    fn failed(&self, error: Option<&RedisError>) {
        let now = Instant::now();
        let patience = self.deadline.saturating_mul(DEADLINES_OF_SILENCE);
        let mut line = self.line();
        self.failing.store(true, Ordering::Relaxed);
        let failing_for = now.duration_since(*line.failing_since.get_or_insert(now));
        let demoted =
            error.is_some_and(|error| error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly));
        // A young connection stays, so that a burst of failures hangs up once.
        let is_old = |dialled: &Dialled| now.duration_since(dialled.at) >= patience;
        if (demoted || failing_for >= patience) && line.dialled.as_ref().is_some_and(is_old) {
            line.dialled = None;
            tracing::warn!(
                target: "jwt::store",
                demoted,
                "Redis does not serve this connection, making a new one"
            );
        }
    }

    // Nothing can panic while the lock is held, but an outage would be the wrong answer anyway.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn store_error(error: RedisError) -> StoreError {
    match error.code() {
        Some("OOM") => StoreError::Full,
        _ => StoreError::unavailable(error),
    }
}
