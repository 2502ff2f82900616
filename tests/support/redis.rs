//! A real `redis-server` of one's own, on a free port, that never outlives the test process; and
//! several of them behind Sentinel, in a Cluster, or with TLS.

mod cluster;
mod installed;
mod sentinel;
mod tls;

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a server may take to say that it is ready, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

const READY: &str = "Ready to accept connections";

/// Holds the server's leash: it lives as long as standard input stays open, so it goes away with
/// the test process however that ends. Every command is answered with a line `@ok`.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
dir=$1; shift
while read -r command; do
  case $command in
    start) "$@" </dev/null 2>&1 & pid=$!;;
    KILL) kill -s KILL "$pid"; wait "$pid" 2>/dev/null;;
    *) kill -s "$command" "$pid";;
  esac
  echo "@ok"
done
kill -s KILL "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
rm -rf "$dir"
"#;

use installed::assert_installed;

pub use cluster::RedisCluster;
pub use sentinel::RedisBehindSentinel;
pub use tls::{TlsRedisServer, foreign_root_certificate};

/// A running `redis-server`.
#[derive(Debug)]
pub struct RedisServer {
    port: u16,
    /// What its log says when it is.
    ready: &'static str,
    watchdog: Child,
    commands: Option<ChildStdin>,
    /// Locked only so that a server can be a `static`.
    output: Mutex<Receiver<String>>,
    /// Lines of the log that came before the watchdog's answer.
    unread: VecDeque<String>,
}

impl RedisServer {
    /// Starts a server that writes nothing to disk.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server that has every write on disk before it answers.
    pub fn durable() -> Self {
        Self::start_with(&["--appendonly", "yes", "--appendfsync", "always"])
    }

    /// Starts a server with options of `redis.conf` on its command line.
    ///
    /// # Panics
    ///
    /// Panics when there is no `redis-server` or it does not start.
    pub fn start_with(options: &[&str]) -> Self {
        Self::start_program("redis-server", options)
    }

    /// Starts a `valkey-server` that writes nothing to disk.
    ///
    /// # Panics
    ///
    /// Panics when there is none or it does not start.
    pub fn valkey() -> Self {
        Self::start_program("valkey-server", &[])
    }

    fn start_program(program: &str, options: &[&str]) -> Self {
        Self::start_somewhere(program, READY, |port, dir| {
            let own = ["--port", &port.to_string(), "--bind", "127.0.0.1"];
            let disk = ["--save", "", "--appendonly", "no", "--dir", &dir.to_string_lossy()];
            [&own[..], &disk, options].concat().into_iter().map(str::to_owned).collect()
        })
    }

    /// Starts a program whose arguments depend on its port and directory, and waits until one of
    /// the words in its log says that it is ready.
    fn start_somewhere(
        program: &str,
        ready: &'static str,
        args: impl Fn(u16, &Path) -> Vec<String>,
    ) -> Self {
        assert_installed(program);
        assert_installed("redis-cli");
        // A port that was free a moment ago may be taken by another test.
        for _ in 0..10 {
            if let Some(server) = Self::try_start(program, ready, free_port(), &args) {
                return server;
            }
        }
        panic!("{program} did not start on any of 10 ports");
    }

    fn try_start(
        program: &str,
        ready: &'static str,
        port: u16,
        args: impl Fn(u16, &Path) -> Vec<String>,
    ) -> Option<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let dir: PathBuf =
            std::env::temp_dir().join(format!("jwt-redis-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("a directory for redis-server");

        let mut watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(&dir)
            .arg(program)
            .args(args(port, &dir))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`sh` to start redis-server with");
        let commands = watchdog.stdin.take();
        let stdout = BufReader::new(watchdog.stdout.take().expect("the pipe just made"));
        // Somebody has to keep reading, or the server would block on its own log.
        let (lines, output) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if lines.send(line).is_err() {
                    break;
                }
            }
        });

        let mut server = Self {
            port,
            ready,
            watchdog,
            commands,
            output: Mutex::new(output),
            unread: VecDeque::new(),
        };
        server.tell("start");
        server.wait_until_ready().then_some(server)
    }

    /// `redis://127.0.0.1:<port>`
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `127.0.0.1:<port>`
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Makes the server a replica, and waits until both agree that it is one.
    pub fn follow(&self, primary: &Self) {
        primary.cli(&["CONFIG", "SET", "repl-diskless-sync-delay", "0"]);
        self.cli(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()]);
        wait_until("a replica", || {
            self.cli(&["INFO", "replication"]).contains("master_link_status:up")
        });
        // The first confirmation takes up to a second, and nothing is sent before it.
        let replica = format!("port={},state=online,offset=", self.port());
        wait_until("the replica to confirm", || {
            let info = primary.cli(&["INFO", "replication"]);
            let mut states = info.lines().filter_map(|line| line.split_once(&replica));
            states.any(|(_, offset)| !offset.starts_with("0,"))
        });
    }

    /// Kills the server with SIGKILL; everything that it did not write to disk is gone.
    pub fn kill(&mut self) {
        self.tell("KILL");
    }

    /// Starts the server again after [`kill`](Self::kill), on the same port and files.
    ///
    /// # Panics
    ///
    /// Panics when it does not start.
    pub fn restart(&mut self) {
        self.restart_without_waiting();
        assert!(self.wait_until_ready(), "redis-server did not start again");
    }

    /// Starts the server again and does not wait until it has loaded its files.
    pub fn restart_without_waiting(&mut self) {
        self.unread.clear();
        self.tell("start");
    }

    /// Waits for a line of the server's log that contains `text`.
    pub fn wait_for_log(&mut self, text: &str) -> bool {
        while let Some(line) = self.next_line() {
            if line.contains(text) {
                return true;
            }
        }
        false
    }

    /// Stops the server with SIGSTOP: it keeps its connections and does not answer.
    pub fn stop(&mut self) {
        self.tell("STOP");
    }

    /// Lets a stopped server go on.
    pub fn cont(&mut self) {
        self.tell("CONT");
    }

    /// Runs `redis-cli`, and returns what it printed unless there was an error.
    pub fn try_cli(&self, args: &[&str]) -> Option<String> {
        let output = Command::new("redis-cli")
            .args(["-e", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(args)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .expect("redis-cli");
        let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        output.status.success().then_some(text)
    }

    /// Runs `redis-cli` and returns what it printed.
    ///
    /// # Panics
    ///
    /// Panics when `redis-cli` does, or when Redis answers with an error.
    pub fn cli(&self, args: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-e", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(args)
            .stdin(Stdio::null())
            .output()
            .expect("redis-cli");
        let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
        assert!(
            output.status.success(),
            "redis-cli {args:?}: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    /// Every key, sorted.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.cli(&["--scan"]).lines().map(str::to_owned).collect();
        keys.sort();
        keys
    }

    fn wait_until_ready(&mut self) -> bool {
        while let Some(line) = self.next_line() {
            if line.contains(self.ready) {
                return true;
            }
            if line.contains("Failed listening on port") || line.contains("FATAL") {
                return false;
            }
        }
        false
    }

    fn next_line(&mut self) -> Option<String> {
        self.unread.pop_front().or_else(|| self.receive())
    }

    fn receive(&mut self) -> Option<String> {
        let output = self.output.get_mut().unwrap_or_else(PoisonError::into_inner);
        output.recv_timeout(PATIENCE).ok()
    }

    fn tell(&mut self, command: &str) {
        let watchdog = self.commands.as_mut().expect("open until dropped");
        writeln!(watchdog, "{command}").expect("the watchdog reads until its input is closed");
        while let Some(line) = self.receive() {
            if line == "@ok" {
                return;
            }
            self.unread.push_back(line);
        }
        panic!("the watchdog of redis-server did not answer");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        drop(self.commands.take());
        let _ = self.watchdog.wait();
    }
}

/// A free port below those from which the system picks the ports of clients. On one of theirs a
/// server that was killed may find its port taken when it comes back, even by a client that has
/// tried to reach it and has got a connection to itself.
fn free_port() -> u16 {
    const FIRST: u32 = 12_000;
    const PORTS: u32 = 20_000;
    static TRIED: AtomicU32 = AtomicU32::new(0);
    for _ in 0..PORTS {
        // Every process begins elsewhere.
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let offset = std::process::id().wrapping_mul(7_919).wrapping_add(tried) % PORTS;
        let port = u16::try_from(FIRST + offset).expect("less than 65,536");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}

/// Asks until the answer is the one waited for.
///
/// # Panics
///
/// Panics when that takes too long.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "waited too long for {what}");
        // Each question is a process; the servers need the processor too.
        std::thread::yield_now();
    }
}
