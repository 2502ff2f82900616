//! The way of one call's commands to the servers that have their keys.

use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};

use super::{Cluster, slots};
use crate::store::redis::deadline::Deadline;
use crate::store::redis::line::{Line, Purpose};

/// How often a command is sent on; servers that do not agree would play ball with it.
const REDIRECTIONS: usize = 5;

/// How long to wait for a slot that is between two servers, with one key here and one there.
const BETWEEN: Duration = Duration::from_millis(10);

/// Where the commands of one call go; cheap to clone.
#[derive(Clone)]
pub(in crate::store::redis) struct Route {
    cluster: Arc<Cluster>,
    /// Where the last command went. A command without keys follows it, as `SCRIPT LOAD` has to
    /// follow the `EVALSHA` that missed the script.
    last: Option<Arc<Line>>,
    purpose: Purpose,
    /// Whether all commands go there.
    is_pinned: bool,
}

impl Route {
    pub(in crate::store::redis) fn new(cluster: Arc<Cluster>, purpose: Purpose) -> Self {
        Self { cluster, last: None, purpose, is_pinned: false }
    }

    pub(in crate::store::redis) fn with_purpose(&self, purpose: Purpose) -> Self {
        Self { purpose, ..self.clone() }
    }

    /// The way to one server, whatever the keys, to read there.
    pub(in crate::store::redis) fn to(cluster: Arc<Cluster>, line: Arc<Line>) -> Self {
        Self { cluster, last: Some(line), purpose: Purpose::Read, is_pinned: true }
    }

    /// Sends one command.
    pub(in crate::store::redis) async fn command(
        &mut self,
        command: &Cmd,
        until: Deadline,
    ) -> RedisResult<Value> {
        let mut line = self.line_for(slots::slot_of(command), until).await?;
        let mut asking = false;
        let mut redirections = 0;
        while redirections < REDIRECTIONS {
            self.last = Some(Arc::clone(&line));
            let answer = if asking {
                ask(&line, command, &self.purpose, until).await
            } else {
                line.command(command, &self.purpose, until).await
            };
            let error = match answer {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match self.redirection(&error, &line) {
                Redirection::To(address, slot) => {
                    line = self.cluster.has_moved(slot, &address)?;
                    asking = false;
                }
                Redirection::Ask(address) => {
                    line = self.cluster.line_to(&address)?;
                    asking = true;
                }
                Redirection::Wait => {
                    until.wait(tokio::time::sleep(BETWEEN)).await?;
                    continue;
                }
                Redirection::None => return Err(error),
            }
            redirections += 1;
        }
        Err(RedisError::from((ErrorKind::Client, "the servers of the cluster do not agree")))
    }

    /// Sends several commands: those to one server at once, and in the order given.
    pub(in crate::store::redis) async fn commands(
        &mut self,
        pipeline: &Pipeline,
        offset: usize,
        count: usize,
        until: Deadline,
    ) -> RedisResult<Vec<Value>> {
        let groups = self.groups(pipeline, until).await?;
        if let [(line, _)] = groups.as_slice()
            && (pipeline.is_transaction() || offset > 0)
        {
            self.last = Some(Arc::clone(line));
            return line.commands(pipeline, offset, count, &self.purpose, until).await;
        }
        if pipeline.is_transaction() || offset > 0 {
            return Err(RedisError::from((
                ErrorKind::Client,
                "a transaction reaches one server of a cluster only",
            )));
        }
        let commands: Vec<&Cmd> = pipeline.cmd_iter().collect();
        let mut answers = vec![Value::Nil; commands.len()];
        // Slots of which a command was redirected: what comes later has to be done later too.
        let mut redirected = Vec::new();
        for (line, numbers) in groups {
            let mut part = Pipeline::with_capacity(numbers.len());
            for number in &numbers {
                part.add_command(commands[*number].clone());
            }
            self.last = Some(Arc::clone(&line));
            let sent = line.commands(&part, 0, numbers.len(), &self.purpose, until).await;
            let part = sent.inspect_err(|error| _ = self.redirection(error, &line))?;
            for (number, answer) in numbers.into_iter().zip(part) {
                let slot = slots::slot_of(commands[number]);
                if redirected.contains(&slot) || is_redirection(&answer) {
                    redirected.push(slot);
                    answers[number] = match self.command(commands[number], until).await {
                        Err(error) if error.is_io_error() => return Err(error),
                        answer => answer?,
                    };
                } else {
                    answers[number] = answer;
                }
            }
        }
        Ok(answers)
    }

    /// The commands by the server that they go to.
    async fn groups(
        &self,
        pipeline: &Pipeline,
        until: Deadline,
    ) -> RedisResult<Vec<(Arc<Line>, Vec<usize>)>> {
        let mut groups: Vec<(Arc<Line>, Vec<usize>)> = Vec::new();
        for (number, command) in pipeline.cmd_iter().enumerate() {
            let line = self.line_for(slots::slot_of(command), until).await?;
            match groups.iter_mut().find(|(known, _)| Arc::ptr_eq(known, &line)) {
                Some((_, numbers)) => numbers.push(number),
                None => groups.push((line, vec![number])),
            }
        }
        Ok(groups)
    }

    async fn line_for(&self, slot: Option<u16>, until: Deadline) -> RedisResult<Arc<Line>> {
        match (&self.last, slot) {
            (Some(last), None) => Ok(Arc::clone(last)),
            (Some(last), Some(_)) if self.is_pinned => Ok(Arc::clone(last)),
            (_, Some(slot)) => self.cluster.owner(slot, until).await,
            (None, None) => {
                let lines = self.cluster.primaries(until).await?;
                let line = lines.iter().find(|line| line.is_up()).or_else(|| lines.first());
                let nobody = || RedisError::from((ErrorKind::Client, "a cluster without servers"));
                line.cloned().ok_or_else(nobody)
            }
        }
    }

    /// What to do about an error; some say that the map is out of date.
    fn redirection(&self, error: &RedisError, line: &Line) -> Redirection {
        if self.is_pinned {
            return Redirection::None;
        }
        let to = |error: &RedisError| {
            let (address, slot) = error.redirect_node()?;
            // Without a host it is another port of the same one.
            let address = match address.strip_prefix(':') {
                Some(port) => {
                    let here = line.dialler().describe();
                    format!(
                        "{}:{port}",
                        here.rsplit_once(':').map_or(here.as_str(), |(host, _)| host)
                    )
                }
                None => address.to_owned(),
            };
            Some((address, slot))
        };
        match (error.kind(), to(error)) {
            (ErrorKind::Server(ServerErrorKind::Moved), Some((address, slot))) => {
                Redirection::To(address, slot)
            }
            (ErrorKind::Server(ServerErrorKind::Ask), Some((address, _))) => {
                Redirection::Ask(address)
            }
            (ErrorKind::Server(ServerErrorKind::TryAgain), _) => Redirection::Wait,
            (ErrorKind::Server(ServerErrorKind::ClusterDown | ServerErrorKind::MasterDown), _)
            | (ErrorKind::Io | ErrorKind::Extension, _) => {
                self.cluster.fetch_soon();
                Redirection::None
            }
            _ => Redirection::None,
        }
    }
}

enum Redirection {
    To(String, u16),
    Ask(String),
    Wait,
    None,
}

fn is_redirection(answer: &Value) -> bool {
    let Value::ServerError(error) = answer else { return false };
    matches!(
        error.kind(),
        Some(ServerErrorKind::Moved | ServerErrorKind::Ask | ServerErrorKind::TryAgain)
    )
}

/// Sends a command to the server that is about to take over its slot.
async fn ask(line: &Line, command: &Cmd, purpose: &Purpose, until: Deadline) -> RedisResult<Value> {
    let mut pipeline = Pipeline::with_capacity(2);
    pipeline.cmd("ASKING").add_command(command.clone());
    let mut answers = line.commands(&pipeline, 0, 2, purpose, until).await?;
    let nothing = || RedisError::from((ErrorKind::Client, "a server swallowed an answer"));
    answers.pop().ok_or_else(nothing)?.extract_error()
}
