//! What a command is sent over.

use std::sync::Arc;

use redis::aio::{ConnectionLike, ConnectionManager};
use redis::{Cmd, Pipeline, RedisFuture, Value};

use super::cluster::Route;
use super::deadline::Deadline;
use super::line::{Line, Purpose};

/// The connection of one call, which ends with the call's deadline; cheap to clone.
#[derive(Clone)]
pub(super) enum Connection {
    /// To one server, ours to dial and to watch.
    Line(Arc<Line>, Purpose, Deadline),
    /// To whichever server of a cluster has the keys of a command.
    Cluster(Route, Deadline),
    /// Somebody else's.
    Given(ConnectionManager),
}

impl Connection {
    /// The same, for a write with a confirmation of its own.
    pub(super) fn to_confirm(&self, confirmation: &str) -> Self {
        let own = Purpose::Write(confirmation.into());
        match self {
            Self::Line(line, _, until) => Self::Line(Arc::clone(line), own, *until),
            Self::Cluster(route, until) => Self::Cluster(route.with_purpose(own), *until),
            Self::Given(manager) => Self::Given(manager.clone()),
        }
    }
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Line(line, purpose, until) => Box::pin(line.command(command, purpose, *until)),
            Self::Cluster(route, until) => Box::pin(route.command(command, *until)),
            Self::Given(manager) => manager.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Line(line, purpose, until) => {
                Box::pin(line.commands(pipeline, offset, count, purpose, *until))
            }
            Self::Cluster(route, until) => {
                Box::pin(route.commands(pipeline, offset, count, *until))
            }
            Self::Given(manager) => manager.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Line(..) | Self::Cluster(..) => 0,
            Self::Given(manager) => manager.get_db(),
        }
    }
}
