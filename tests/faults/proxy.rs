//! A TCP proxy that loses answers and freezes connections, as networks do.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jwt_tests::redis::RedisServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Stands between a store and a server.
pub(super) struct Proxy {
    address: SocketAddr,
    faults: Arc<Faults>,
}

struct Faults {
    /// Whether the next answer is lost, and the connection with it.
    loses_answer: AtomicBool,
    connections: AtomicUsize,
    /// How many milliseconds every answer is late.
    delay: AtomicU64,
    /// Where new connections lead.
    server: Mutex<String>,
    /// Connections with a lower number carry nothing any more and stay open.
    frozen_below: watch::Sender<usize>,
    /// Whether new connections are accepted and lead nowhere yet.
    holds_new: watch::Sender<bool>,
}

impl Proxy {
    pub(super) async fn before(server: &RedisServer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let faults = Arc::new(Faults {
            loses_answer: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            delay: AtomicU64::new(0),
            server: Mutex::new(server.address()),
            frozen_below: watch::Sender::new(0),
            holds_new: watch::Sender::new(false),
        });
        tokio::spawn(accept(listener, Arc::clone(&faults)));
        Self { address, faults }
    }

    pub(super) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Delivers the next request, and closes the connection instead of delivering the answer.
    pub(super) fn lose_the_next_answer(&self) {
        self.faults.loses_answer.store(true, Ordering::SeqCst);
    }

    /// Whether that has happened.
    pub(super) fn has_lost_it(&self) -> bool {
        !self.faults.loses_answer.load(Ordering::SeqCst)
    }

    /// Makes a black hole of every connection there is; new ones work.
    pub(super) fn freeze_connections(&self) {
        self.faults.frozen_below.send_replace(self.faults.connections.load(Ordering::SeqCst));
    }

    /// Makes the network slow in one direction, by this many milliseconds.
    pub(super) fn delay_answers(&self, milliseconds: u64) {
        self.faults.delay.store(milliseconds, Ordering::SeqCst);
    }

    /// Accepts new connections and leads them nowhere until they are released.
    pub(super) fn hold_new_connections(&self) {
        self.faults.holds_new.send_replace(true);
    }

    pub(super) fn release_new_connections(&self) {
        self.faults.holds_new.send_replace(false);
    }

    /// Moves the address, as a name or a virtual address does after a failover.
    pub(super) fn lead_new_connections_to(&self, server: &RedisServer) {
        *self.faults.server.lock().unwrap() = server.address();
    }
}

async fn accept(listener: TcpListener, faults: Arc<Faults>) {
    while let Ok((client, _)) = listener.accept().await {
        // The sender lives as long as the faults, so this cannot fail.
        let _ = faults.holds_new.subscribe().wait_for(|holds| !holds).await;
        let address = faults.server.lock().unwrap().clone();
        let Ok(server) = TcpStream::connect(address).await else { continue };
        let number = faults.connections.fetch_add(1, Ordering::SeqCst);
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let faults = Arc::clone(&faults);
        tokio::spawn(async move {
            // Whichever side ends first takes the other along.
            tokio::select! {
                () = carry(from_client, to_server, number, &faults, Direction::Request) => {}
                () = carry(from_server, to_client, number, &faults, Direction::Answer) => {}
            }
        });
    }
}

#[derive(PartialEq)]
enum Direction {
    Request,
    Answer,
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    number: usize,
    faults: &Faults,
    direction: Direction,
) {
    let mut frozen = faults.frozen_below.subscribe();
    let mut buffer = vec![0; 64 * 1_024];
    loop {
        let freezing = async { frozen.wait_for(|below| number < *below).await.map(drop) };
        let read = tokio::select! {
            biased;
            _ = freezing => std::future::pending().await,
            read = from.read(&mut buffer) => read,
        };
        let Ok(length @ 1..) = read else { return };
        if direction == Direction::Answer && faults.loses_answer.swap(false, Ordering::SeqCst) {
            return;
        }
        if direction == Direction::Answer {
            let delay = faults.delay.load(Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
