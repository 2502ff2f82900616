//! What a command is sent over.

use std::sync::Arc;

use redis::aio::{ConnectionLike, ConnectionManager};
use redis::{Cmd, Pipeline, RedisFuture, Value};

use super::cluster::Route;
use super::deadline::Deadline;
use super::line::Line;

/// The connection of one call, which ends with the call's deadline; cheap to clone.
#[derive(Clone)]
pub(super) enum Connection {
    /// To one server, ours to dial and to watch.
    Line(Arc<Line>, Deadline),
    /// To whichever server of a cluster has the keys of a command.
    Cluster(Route, Deadline),
    /// Somebody else's.
    Given(ConnectionManager),
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Line(line, until) => Box::pin(line.command(command, *until)),
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
            Self::Line(line, until) => Box::pin(line.commands(pipeline, offset, count, *until)),
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
