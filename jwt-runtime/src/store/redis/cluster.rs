//! Redis Cluster: which server has a key, and what to do when it has not any more.
//!
//! The crate `redis` has a cluster client too. It is one task that serves nobody while it looks
//! for a server that went away, so one dead server stops the subjects of all others. Here every
//! server has a [`Line`] of its own, with its own circuit breaker: calls to a dead server fail in
//! microseconds, and the others do not notice.
//!
//! All keys of a subject lie in one slot, and reads go to primaries only. `MOVED` and `ASK` are
//! followed; a new map of the slots is fetched in the background when a server fails, redirects
//! or says `CLUSTERDOWN`.

mod route;
mod slots;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::{ConnectionInfo, ErrorKind, RedisError, RedisResult};
use tokio::task::JoinSet;

pub(super) use self::route::Route;
use self::slots::{Ranges, SlotMap};
use super::deadline::Deadline;
use super::dial::{Dialler, towards};
use super::line::{Line, Patience, Purpose};

/// How often a new map is fetched at most, however many calls ask for one.
const REFRESHING: Duration = Duration::from_millis(100);

/// How long the fetching of a map may take in the background.
const MAPPING: Duration = Duration::from_secs(1);

/// How many servers are asked for a map at once.
const ASKED: usize = 8;

/// How long to wait for more of them once one has answered. One that is cut off from the others
/// may have an old map, so the most frequent answer counts.
const SECOND_OPINION: Duration = Duration::from_millis(50);

/// A cluster, as far as it is known.
pub(super) struct Cluster {
    seeds: Vec<Seed>,
    /// Everything but the address of a server.
    template: ConnectionInfo,
    patience: Patience,
    known: Mutex<Known>,
    /// Held by whoever fetches a map, so that there is one at a time.
    mapping: tokio::sync::Mutex<()>,
}

struct Seed {
    address: String,
    line: Arc<Line>,
}

#[derive(Default)]
struct Known {
    map: Arc<SlotMap>,
    /// How many maps there have been.
    version: u64,
    last_asked: Option<Instant>,
}

impl Cluster {
    /// A cluster that any of `seeds` belongs to; the first one says how to speak to all servers.
    pub(super) fn new(seeds: Vec<ConnectionInfo>, patience: Patience) -> RedisResult<Arc<Self>> {
        let nobody =
            || RedisError::from((ErrorKind::InvalidClientConfig, "a cluster without addresses"));
        let template = seeds.first().cloned().ok_or_else(nobody)?;
        let seeds = seeds
            .into_iter()
            .map(|seed| {
                let address = seed.addr().to_string();
                let line = Line::new(Dialler::to(seed)?, patience);
                Ok(Seed { address, line })
            })
            .collect::<RedisResult<_>>()?;
        Ok(Arc::new(Self {
            seeds,
            template,
            patience,
            known: Mutex::default(),
            mapping: tokio::sync::Mutex::default(),
        }))
    }

    /// For people.
    pub(super) fn describe(&self) -> String {
        let addresses: Vec<&str> = self.seeds.iter().map(|seed| seed.address.as_str()).collect();
        addresses.join(",")
    }

    /// The lines to all primaries.
    pub(super) async fn primaries(
        self: &Arc<Self>,
        until: Deadline,
    ) -> RedisResult<Vec<Arc<Line>>> {
        if self.known().version == 0 {
            self.fetch(until).await?;
        }
        Ok(self.map().lines())
    }

    /// The line to the server that has a slot.
    async fn owner(self: &Arc<Self>, slot: u16, until: Deadline) -> RedisResult<Arc<Line>> {
        if let Some(line) = self.map().owner(slot) {
            return Ok(line);
        }
        if self.known().version == 0 {
            self.fetch(until).await?;
            if let Some(line) = self.map().owner(slot) {
                return Ok(line);
            }
        }
        self.fetch_soon();
        let code = "CLUSTERDOWN".to_owned();
        Err(redis::make_extension_error(code, Some("no server has the slot".to_owned())))
    }

    /// The line to an address, a new one if nobody has been there.
    fn line_to(&self, address: &str) -> RedisResult<Arc<Line>> {
        if let Some(line) = self.map().line_to(address) {
            return Ok(line);
        }
        if let Some(seed) = self.seeds.iter().find(|seed| seed.address == address) {
            return Ok(Arc::clone(&seed.line));
        }
        let nonsense =
            || RedisError::from((ErrorKind::Client, "a server names a malformed address"));
        let (host, port) = address.rsplit_once(':').ok_or_else(nonsense)?;
        let port = port.parse().map_err(|_| nonsense())?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let dialler = Dialler::to(towards(&self.template, host, port))?;
        Ok(Line::new(dialler, self.patience))
    }

    /// Notes where a slot has gone.
    fn has_moved(self: &Arc<Self>, slot: u16, address: &str) -> RedisResult<Arc<Line>> {
        let line = self.line_to(address)?;
        let mut known = self.known();
        let mut map = SlotMap::clone(&known.map);
        map.give(slot, address, &line);
        known.map = Arc::new(map);
        drop(known);
        self.fetch_soon();
        Ok(line)
    }

    /// Has a new map fetched in the background, unless that was done a moment ago.
    fn fetch_soon(self: &Arc<Self>) {
        let mut known = self.known();
        let now = Instant::now();
        if known.last_asked.is_some_and(|last| now.duration_since(last) < REFRESHING) {
            return;
        }
        known.last_asked = Some(now);
        drop(known);
        let cluster = Arc::clone(self);
        tokio::spawn(async move {
            if let Err(error) = cluster.fetch(Deadline::after(MAPPING)).await {
                tracing::debug!(target: "jwt::store", %error, "no map of the cluster to be had");
            }
        });
    }

    /// Fetches a new map, or waits for the one that somebody else is fetching.
    async fn fetch(self: &Arc<Self>, until: Deadline) -> RedisResult<()> {
        let before = self.known().version;
        let _turn = until.wait(self.mapping.lock()).await?;
        if self.known().version != before {
            return Ok(());
        }
        let ranges = self.ask_for_ranges(until).await?;
        let mut lines = HashMap::new();
        for (_, _, address) in &ranges {
            if !lines.contains_key(address) {
                lines.insert(address.clone(), self.line_to(address)?);
            }
        }
        let mut known = self.known();
        known.map = Arc::new(SlotMap::new(&ranges, &lines));
        known.version += 1;
        Ok(())
    }

    async fn ask_for_ranges(&self, until: Deadline) -> RedisResult<Ranges> {
        let mut lines = self.map().lines();
        // Those that are known to answer first; and those that the operator has named are not
        // forgotten, should all others be gone.
        lines.sort_by_key(|line| !line.is_up());
        lines.truncate(ASKED - 1);
        for seed in &self.seeds {
            if lines.len() < ASKED && !lines.iter().any(|line| Arc::ptr_eq(line, &seed.line)) {
                lines.push(Arc::clone(&seed.line));
            }
        }
        let mut asked = JoinSet::new();
        for line in lines {
            asked.spawn(async move {
                let mut command = redis::cmd("CLUSTER");
                command.arg("SLOTS");
                let answer = line.command(&command, &Purpose::Read, until).await?;
                slots::parse(&answer, &line.dialler().describe())
            });
        }
        let mut opinions: Vec<(Ranges, usize)> = Vec::new();
        let mut failure = None;
        let mut waiting = until;
        while let Ok(Some(answer)) = waiting.wait(asked.join_next()).await {
            match answer {
                Ok(Ok(ranges)) => {
                    if opinions.is_empty() {
                        waiting = Deadline::after(SECOND_OPINION);
                    }
                    match opinions.iter_mut().find(|(known, _)| *known == ranges) {
                        Some((_, count)) => *count += 1,
                        None => opinions.push((ranges, 1)),
                    }
                }
                Ok(Err(error)) => failure = Some(error),
                Err(_) => {}
            }
        }
        let best = opinions.into_iter().max_by_key(|(_, count)| *count);
        let nobody = || RedisError::from((ErrorKind::Client, "no server of the cluster answers"));
        best.map(|(ranges, _)| ranges).ok_or_else(|| failure.unwrap_or_else(nobody))
    }

    fn map(&self) -> Arc<SlotMap> {
        Arc::clone(&self.known().map)
    }

    // Nothing can panic while the lock is held, but an outage would be the wrong answer anyway.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
