//! A TCP proxy with the faults of a network.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Answers come this much later.
    Delay(Duration),
    /// Nothing arrives, new connections included, and nobody is told.
    BlackHole,
    /// The connections there are carry nothing any more; new ones work.
    HalfOpen,
    /// Every connection is reset after this many bytes of answers.
    ResetAfter(usize),
    /// Connections are closed as soon as they are made.
    Refuse,
}

/// Stands between a store and a server.
#[derive(Debug)]
pub(crate) struct Wire {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    fault: Fault,
    /// Raised whenever the fault changes; a half-open connection is one from before.
    version: u64,
}

impl Wire {
    pub(crate) async fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(watch::Sender::new(State { fault: Fault::None, version: 0 }));
        let states = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, states) = (server.clone(), Arc::clone(&states));
                tokio::spawn(async move { connect(client, server, states).await });
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    pub(crate) fn set(&self, fault: Fault) {
        self.state.send_modify(|state| *state = State { fault, version: state.version + 1 });
    }
}

async fn connect(client: TcpStream, server: String, states: Arc<watch::Sender<State>>) {
    let mut state = states.subscribe();
    let began = state.borrow().version;
    match state.borrow().fault {
        Fault::Refuse => return,
        Fault::BlackHole => {}
        _ => {}
    }
    if state.wait_for(|state| state.fault != Fault::BlackHole).await.is_err() {
        return;
    }
    let Ok(upstream) = TcpStream::connect(server).await else { return };
    for stream in [&client, &upstream] {
        let _ = stream.set_nodelay(true);
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = upstream.into_split();
    // Whichever side ends first takes the other along.
    tokio::select! {
        () = carry(from_client, to_server, began, state.clone(), false) => {}
        () = carry(from_server, to_client, began, state, true) => {}
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    began: u64,
    mut states: watch::Receiver<State>,
    is_answer: bool,
) {
    let mut buffer = vec![0; 64 * 1_024];
    let mut carried = 0;
    // What is delayed is sent by another task, so that one answer does not hold up the next.
    let (later, mut due) =
        tokio::sync::mpsc::unbounded_channel::<(tokio::time::Instant, Vec<u8>)>();
    let writer = tokio::spawn(async move {
        while let Some((at, bytes)) = due.recv().await {
            tokio::time::sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
    let _stops_with_us = AbortOnDrop(writer);
    loop {
        let is_cut = |state: &State| match state.fault {
            Fault::BlackHole => true,
            Fault::HalfOpen => state.version > began,
            _ => false,
        };
        let cut = async { states.wait_for(|state| is_cut(state)).await.is_ok() };
        let read = tokio::select! {
            biased;
            is_cut_now = cut => {
                if !is_cut_now { return; }
                let fault = states.borrow().fault;
                if fault == Fault::HalfOpen {
                    std::future::pending::<()>().await;
                }
                if states.wait_for(|state| state.fault != Fault::BlackHole).await.is_err() { return; }
                continue;
            }
            read = from.read(&mut buffer) => read,
        };
        let Ok(length @ 1..) = read else { return };
        let fault = states.borrow().fault;
        let mut at = tokio::time::Instant::now();
        match fault {
            Fault::Delay(delay) if is_answer => at += delay,
            Fault::ResetAfter(bytes) if is_answer => {
                carried += length;
                if carried > bytes {
                    return;
                }
            }
            Fault::Refuse => return,
            _ => {}
        }
        if later.send((at, buffer[..length].to_vec())).is_err() {
            return;
        }
    }
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
