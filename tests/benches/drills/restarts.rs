//! Four server processes are replaced one after the other, under load.

use std::time::{Duration, Instant};

use jwt_tests::redis::RedisServer;
use tokio::task::block_in_place;

use super::load::Load;
use super::process::ProcessNode;
use super::report::Row;

/// A client of a node that is being replaced asks another, as behind a load balancer.
pub(crate) async fn rolling() -> Vec<Row> {
    let server = RedisServer::start();
    let mut nodes: Vec<ProcessNode> = (0..4).map(|_| ProcessNode::start(&server.url())).collect();
    let load = Load::start(nodes.iter().map(|node| node.node.clone()).collect(), 32, 4.0);
    load.run_for(2.0).await;
    for round in 0..2 {
        for (index, node) in nodes.iter_mut().enumerate() {
            let began = Instant::now();
            let successor = block_in_place(|| ProcessNode::start(&server.url()));
            load.replace(index, successor.node.clone());
            // Requests that have begun are finished; new ones go to the successor.
            load.run_for(0.2).await;
            let old = std::mem::replace(node, successor);
            block_in_place(|| drop(old));
            load.run_for(0.8).await;
            if began.elapsed() > Duration::from_secs(30) {
                return vec![
                    Row::new("rolling restart", "redis")
                        .require(false, format!("node {index} did not stop, round {round}")),
                ];
            }
        }
    }
    let logouts = load.logouts();
    let tally = load.stop().await;
    vec![
        tally
            .row("rolling restart of 4 processes, twice", "redis")
            .require(tally.unavailable() == 0, "503 during a restart")
            .note(format!("{logouts} acknowledged logouts")),
    ]
}
