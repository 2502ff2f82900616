//! More clients than is good, and a Redis that takes its time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jwt_runtime::RedisStore;
use jwt_tests::redis::RedisServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, block_in_place};

use super::Sizes;
use super::node::LocalNode;
use super::report::{Row, Tally};
use super::table::short;
use super::volume::resident_bytes;
use super::wire::{Fault, Wire};

/// How many clients connect at once, unless all do: fewer than a listener lets wait.
const WAVE: u64 = 50;

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a client waits for a connection. Its system asks again after 1, 2, 4, 8 and 16 s.
const CONNECTING: Duration = Duration::from_secs(60);

pub(crate) async fn slow(sizes: &Sizes) -> Vec<Row> {
    let clients = sizes.get("clients", 5_000);
    let needed = 2 * clients + 200;
    if open_files_allowed().is_some_and(|allowed| allowed < needed) {
        let row = Row::new(format!("{clients} clients"), "redis");
        return vec![
            row.require(false, format!("too few files may be open: `ulimit -n {needed}`")),
        ];
    }
    vec![kept_alive(clients).await, all_connect_at_once(clients).await]
}

/// A service whose Redis answers late, and a token for it.
struct Service {
    server: RedisServer,
    wire: Wire,
    node: LocalNode,
    address: SocketAddr,
    request: Arc<[u8]>,
    token: String,
    tally: Arc<Tally>,
}

impl Service {
    async fn start() -> Self {
        let server = RedisServer::start();
        let wire = Wire::before(server.address()).await;
        let store = RedisStore::lazy(&wire.url()).expect("a good URL");
        let node = LocalNode::start(store).await;
        let token = node.node.login(&Tally::new(), "popular").await.tokens().access;
        let address = node.node.url.trim_start_matches("http://").parse().expect("an address");
        let request =
            format!("GET /me HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n");
        let request = Arc::from(request.into_bytes());
        wire.set(Fault::Delay(Duration::from_millis(20)));
        Self { server, wire, node, address, request, token, tally: Arc::new(Tally::new()) }
    }

    /// The outcome, once Redis is fast again.
    async fn end(self, what: String, took: Duration) -> Row {
        let requests = self.tally.row("", "").requests;
        self.wire.set(Fault::None);
        let fast = Instant::now();
        let status = self.node.node.me(&self.tally, &self.token).await;
        let fast = fast.elapsed();
        let connections =
            block_in_place(|| self.server.cli(&["CLIENT", "LIST"])).lines().count() - 1;
        self.tally
            .row(what, "redis")
            .require(status == 200, format!("{status} once Redis is fast again"))
            .recovered(fast)
            .require(connections <= 2, format!("{connections} connections are open"))
            .note(format!(
                "{}, {:.0} answers/s, {connections} connection(s) to Redis",
                short(took),
                requests as f64 / took.as_secs_f64()
            ))
    }
}

/// Everybody has a connection already, and all ask at once, four times.
async fn kept_alive(clients: u64) -> Row {
    let mut service = Service::start().await;
    let mut streams = Vec::new();
    while (streams.len() as u64) < clients {
        let mut wave = JoinSet::new();
        for _ in 0..WAVE.min(clients - streams.len() as u64) {
            let address = service.address;
            wave.spawn(async move { TcpStream::connect(address).await.expect("a connection") });
        }
        streams.extend(wave.join_all().await);
    }
    let memory = resident_bytes();
    service.tally = Arc::new(Tally::new());
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for mut stream in streams {
        let (request, tally) = (Arc::clone(&service.request), Arc::clone(&service.tally));
        tasks.spawn(async move {
            for _ in 0..4 {
                let began = Instant::now();
                count(&tally, ask(&mut stream, &request, began + PATIENCE).await, began);
            }
        });
    }
    tasks.join_all().await;
    let took = start.elapsed();
    let grown = resident_bytes().saturating_sub(memory) / 1_000_000;
    let row = service.end(format!("{clients} clients × 4, Redis +20 ms"), took).await;
    row.note(format!("{grown} MB more, with all clients in this process"))
}

/// Everybody connects at the same moment. What the system's queue of new connections does not
/// hold, it drops, and the client's system tries again a second later; that is before any server.
async fn all_connect_at_once(clients: u64) -> Row {
    let service = Service::start().await;
    let dropped = connections_dropped();
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (request, tally) = (Arc::clone(&service.request), Arc::clone(&service.tally));
        let address = service.address;
        tasks.spawn(async move {
            let began = Instant::now();
            let connecting = TcpStream::connect(address);
            let status = match tokio::time::timeout(CONNECTING, connecting).await {
                Ok(Ok(mut stream)) => ask(&mut stream, &request, Instant::now() + PATIENCE).await,
                _ => 0,
            };
            count(&tally, status, began);
        });
    }
    tasks.join_all().await;
    let took = start.elapsed();
    let dropped = connections_dropped() - dropped;
    let row = service.end(format!("{clients} clients connect at once, Redis +20 ms"), took).await;
    row.note(format!("the system dropped {dropped} attempts to connect, which were repeated"))
}

fn count(tally: &Tally, status: u16, began: Instant) {
    tally.count(status, began);
    if status == 401 {
        tally.wrongly_refused(|| "401 for a good token".to_owned());
    }
}

/// The status of the answer, 0 if there is none in time.
async fn ask(stream: &mut TcpStream, request: &[u8], until: Instant) -> u16 {
    let answered = async {
        stream.write_all(request).await.ok()?;
        let mut answer = Vec::new();
        loop {
            let mut buffer = [0; 1_024];
            let length = stream.read(&mut buffer).await.ok().filter(|length| *length > 0)?;
            answer.extend_from_slice(&buffer[..length]);
            if let Some(status) = status_of(&answer) {
                return Some(status);
            }
        }
    };
    tokio::time::timeout_at(until.into(), answered).await.ok().flatten().unwrap_or(0)
}

/// The status of an answer that is there in whole.
fn status_of(answer: &[u8]) -> Option<u16> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..end]).ok()?.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(Some(0), |length| length.trim().parse().ok())?;
    let status = head.split(' ').nth(1)?.parse().ok();
    if answer.len() >= end + length { status } else { None }
}

/// How many attempts to connect the system has dropped since it started, for want of room.
fn connections_dropped() -> u64 {
    let text = std::fs::read_to_string("/proc/net/netstat").unwrap_or_default();
    let mut lines = text.lines().filter(|line| line.starts_with("TcpExt:"));
    let (Some(names), Some(counts)) = (lines.next(), lines.next()) else { return 0 };
    let mut pairs = names.split(' ').zip(counts.split(' '));
    let count = pairs.find(|(name, _)| *name == "ListenDrops");
    count.and_then(|(_, count)| count.parse().ok()).unwrap_or(0)
}

fn open_files_allowed() -> Option<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
