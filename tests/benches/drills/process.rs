//! A node in a process of its own: this program, started again.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use jwt_runtime::{JwtAuthBuilder, RedbStore, RedisStore};
use tokio::net::TcpListener;

use super::node::{Node, authority, router};

/// The first argument of a process that is a node.
pub(crate) const SERVE: &str = "serve-a-node";

/// What begins the URL of a store in a file.
pub(crate) const FILE: &str = "redb:";

fn authority_on(url: &str) -> JwtAuthBuilder {
    match url.strip_prefix(FILE) {
        Some(path) => authority(RedbStore::open(path).expect("a file")),
        None => authority(RedisStore::lazy(url).expect("a good URL")),
    }
}

/// Serves until standard input is closed, finishing what has begun.
pub(crate) fn serve(url: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let app = router(authority_on(url).build().expect("a good configuration"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let (is_over, over) = tokio::sync::oneshot::channel();
        println!("{}", listener.local_addr().expect("it is bound"));
        let _ = std::io::stdout().flush();
        std::thread::spawn(move || {
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            let _ = is_over.send(());
        });
        let serving = axum::serve(listener, app).with_graceful_shutdown(async {
            let _ = over.await;
        });
        serving.await.expect("the listener works");
    });
}

/// A running process; it ends when this is dropped, and with the process that started it.
#[derive(Debug)]
pub(crate) struct ProcessNode {
    pub(crate) node: Node,
    child: Child,
    leash: Option<ChildStdin>,
}

impl ProcessNode {
    pub(crate) fn start(url: &str) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .args([SERVE, url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts again");
        let leash = child.stdin.take();
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("the pipe just made"))
            .read_line(&mut address)
            .expect("the node says where it is");
        Self { node: Node::at(format!("http://{}", address.trim())), child, leash }
    }
}

impl ProcessNode {
    /// Kills it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a process of our own");
        self.child.wait().expect("it ends");
    }
}

impl Drop for ProcessNode {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ = self.child.wait();
    }
}
