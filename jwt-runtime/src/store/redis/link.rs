//! The way to Redis, and how long it may keep anybody waiting.
//!
//! Every call has one deadline, from the first attempt to the last, and there is a bound on how
//! many wait at once. What a call goes over is decided by the target: the [`Line`] to one server,
//! or the one of many in a [`Cluster`] that has the key.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::aio::{ConnectionManager, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Client, ErrorKind, ProtocolVersion, RedisResult};

use super::cluster::{Cluster, Route};
pub(super) use super::connection::Connection;
use super::deadline::{Deadline, has_passed};
use super::dial::Dialler;
use super::line::{Line, Patience, Purpose, is_circuit_open, unconfirmed};
use super::sentinel::Sentinels;
use super::target::Target;
use crate::error::StoreError;

/// The way to Redis, shared by all clones of a store.
pub(super) struct Link {
    way: Way,
    deadline: Duration,
    max_waiting: usize,
    waiting: AtomicUsize,
}

enum Way {
    Line(Arc<Line>),
    Cluster(Arc<Cluster>),
    /// Somebody else's: it reconnects by itself and is never replaced.
    Given(ConnectionManager),
}

/// How much patience a link has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// For one call.
    pub(super) deadline: Duration,
    /// For the first connection.
    pub(super) first_contact: Duration,
    /// How many calls may wait at once.
    pub(super) max_waiting: usize,
    /// How many replicas have to confirm a write.
    pub(super) replicas: u32,
}

/// Whether a command is sent for the first time, or again because its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    Again,
}

impl Link {
    /// Dials nothing before the first command.
    pub(super) fn to(target: Target, settings: Settings) -> Result<Self, StoreError> {
        let Settings { deadline, first_contact, max_waiting, replicas } = settings;
        let patience = Patience { deadline, first_contact, replicas };
        let way = match target {
            Target::Server(info) => {
                let dialler = Dialler::to(info).map_err(StoreError::unavailable)?;
                Way::Line(Line::new(dialler, patience))
            }
            Target::Sentinel { master_name, sentinels, server } => {
                let sentinels = sentinels
                    .into_iter()
                    .map(Client::open)
                    .collect::<RedisResult<_>>()
                    .map_err(StoreError::unavailable)?;
                let sentinels = Sentinels::new(master_name, sentinels, server);
                Way::Line(Line::new(Dialler::Sentinel(Arc::new(sentinels)), patience))
            }
            Target::Cluster(seeds) => {
                Way::Cluster(Cluster::new(seeds, patience).map_err(StoreError::unavailable)?)
            }
        };
        Ok(Self { way, deadline, max_waiting, waiting: AtomicUsize::new(0) })
    }

    pub(super) fn over(manager: ConnectionManager, deadline: Duration) -> Self {
        let (way, max_waiting) = (Way::Given(manager), usize::MAX);
        Self { way, deadline, max_waiting, waiting: AtomicUsize::new(0) }
    }

    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Where this leads, without credentials.
    pub(super) fn address(&self) -> Option<String> {
        match &self.way {
            Way::Line(line) => Some(line.dialler().describe()),
            Way::Cluster(cluster) => Some(cluster.describe()),
            Way::Given(_) => None,
        }
    }

    /// A connection of its own that speaks RESP3, for one who listens; to the master that the
    /// sentinels name, if there are some. An error where there are several servers, or where the
    /// connection was given.
    pub(super) async fn dial_resp3(
        &self,
        config: &AsyncConnectionConfig,
    ) -> RedisResult<MultiplexedConnection> {
        let Way::Line(line) = &self.way else {
            return Err(
                (ErrorKind::InvalidClientConfig, "there is not one server to listen to").into()
            );
        };
        let dialled = line.dialler().dial_with(config, Some(ProtocolVersion::RESP3)).await?;
        Ok(dialled.connection)
    }

    /// Whether there is one server to listen to, and a way to dial it.
    pub(super) fn can_listen(&self) -> bool {
        matches!(self.way, Way::Line(_))
    }

    /// Runs a command that writes within the deadline; once more if the connection broke. If
    /// replicas have to confirm it, it is the key `confirmation`, in the same slot, that they
    /// confirm.
    pub(super) async fn tell<T, F>(
        &self,
        confirmation: &str,
        command: impl Fn(Connection, Attempt) -> F + Send + Sync,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>> + Send,
        T: Send,
    {
        let until = Deadline::after(self.deadline);
        let purpose = Purpose::Write(confirmation.into());
        let connection = || self.connection(purpose.clone(), until);
        self.run(self.deadline, until, |attempt| command(connection(), attempt)).await
    }

    /// Runs a command that reads within the deadline; once more if the connection broke.
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
        let until = Deadline::after(deadline);
        let connection = || self.connection(Purpose::Read, until);
        self.run(deadline, until, |attempt| command(connection(), attempt)).await
    }

    /// Runs a command that reads on every primary, one after the other, each within the deadline.
    pub(super) async fn ask_each<T, F>(
        &self,
        command: impl Fn(Connection) -> F + Send + Sync,
    ) -> Result<Vec<T>, StoreError>
    where
        F: Future<Output = RedisResult<T>> + Send,
        T: Send,
    {
        let Way::Cluster(cluster) = &self.way else {
            return Ok(vec![self.ask(|connection, _| command(connection)).await?]);
        };
        let until = Deadline::after(self.deadline);
        let lines = self.run(self.deadline, until, |_| cluster.primaries(until)).await?;
        let mut answers = Vec::with_capacity(lines.len());
        for line in lines {
            let until = Deadline::after(self.deadline);
            let route = Route::to(Arc::clone(cluster), line);
            let ask = |_| command(Connection::Cluster(route.clone(), until));
            answers.push(self.run(self.deadline, until, ask).await?);
        }
        Ok(answers)
    }

    async fn run<T, F>(
        &self,
        deadline: Duration,
        until: Deadline,
        command: impl Fn(Attempt) -> F + Send + Sync,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>> + Send,
        T: Send,
    {
        // The client spawns its tasks on tokio and panics elsewhere.
        if let Err(error) = tokio::runtime::Handle::try_current() {
            return Err(StoreError::unavailable(error));
        }
        let _place = self.place()?;
        let attempts = async {
            match command(Attempt::First).await {
                Err(lost) if lost.is_io_error() => match command(Attempt::Again).await {
                    // The reason is the better answer.
                    Err(error) if is_circuit_open(&error) => Err(lost),
                    answered => answered,
                },
                answered => answered,
            }
        };
        until.wait(attempts).await.flatten().map_err(|error| match unconfirmed(&error) {
            Some((confirmed, wanted)) => StoreError::Unconfirmed { confirmed, wanted },
            _ if has_passed(&error) => StoreError::Timeout(deadline),
            _ if is_circuit_open(&error) => StoreError::CircuitOpen,
            _ if error.code() == Some("OOM") => StoreError::Full,
            _ if error.code() == Some("WRONGTYPE") => StoreError::unreadable(error),
            _ => StoreError::unavailable(error),
        })
    }

    fn connection(&self, purpose: Purpose, until: Deadline) -> Connection {
        match &self.way {
            Way::Line(line) => Connection::Line(Arc::clone(line), purpose, until),
            Way::Cluster(cluster) => {
                Connection::Cluster(Route::new(Arc::clone(cluster), purpose), until)
            }
            Way::Given(manager) => Connection::Given(manager.clone()),
        }
    }

    fn place(&self) -> Result<Place<'_>, StoreError> {
        let place = Place(&self.waiting);
        match self.waiting.fetch_add(1, Ordering::Relaxed) < self.max_waiting {
            true => Ok(place),
            false => Err(StoreError::Overloaded),
        }
    }
}

/// The place of one call among those that wait.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
