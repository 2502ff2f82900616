//! Redis dies, or says nothing.

use std::time::Duration;

use jwt_runtime::RedisStore;
use jwt_tests::redis::RedisServer;
use tokio::task::block_in_place;

use super::Sizes;
use super::load::Load;
use super::node::LocalNode;
use super::report::Row;

/// Two nodes with a connection each.
pub(crate) async fn two_nodes(url: &str) -> [LocalNode; 2] {
    let store = || RedisStore::lazy(url).expect("a good URL");
    [LocalNode::start(store()).await, LocalNode::start(store()).await]
}

pub(crate) fn load_on(nodes: &[LocalNode]) -> Load {
    Load::start(nodes.iter().map(|node| node.node.clone()).collect(), 32, 5.0)
}

pub(crate) async fn kill(sizes: &Sizes) -> Vec<Row> {
    let seconds = sizes.get("seconds", 5) as f64;
    let mut rows = Vec::new();
    for policy in ["always", "everysec"] {
        let mut server = RedisServer::start_with(&["--appendonly", "yes", "--appendfsync", policy]);
        let nodes = two_nodes(&server.url()).await;
        let load = load_on(&nodes);
        load.run_for(2.0).await;
        block_in_place(|| server.kill());
        load.run_for(seconds).await;
        block_in_place(|| server.restart());
        load.tally.repaired();
        load.run_for(3.0).await;
        let logouts = load.logouts();
        let tally = load.stop().await;
        rows.push(
            tally
                .row(format!("kill -9, back after {seconds} s"), "redis")
                .require(tally.unavailable() > 0, "nobody has noticed the outage")
                .require(
                    tally.granted_after().is_some_and(|after| after < Duration::from_secs(1)),
                    "nobody was served within a second of the repair",
                )
                .note(format!("appendfsync {policy}, {logouts} acknowledged logouts")),
        );
    }
    rows
}

pub(crate) async fn stall(sizes: &Sizes) -> Vec<Row> {
    let seconds = sizes.get("seconds", 10) as f64;
    let mut rows = Vec::new();

    let mut server = RedisServer::durable();
    let nodes = two_nodes(&server.url()).await;
    let load = load_on(&nodes);
    load.run_for(2.0).await;
    block_in_place(|| server.stop());
    load.run_for(seconds).await;
    block_in_place(|| server.cont());
    load.tally.repaired();
    load.run_for(3.0).await;
    let logouts = load.logouts();
    let tally = load.stop().await;
    rows.push(
        tally
            .row(format!("SIGSTOP for {seconds} s"), "redis")
            .require(tally.unavailable() > 0, "nobody has noticed the stall")
            .note(format!("{logouts} acknowledged logouts")),
    );

    let server = RedisServer::start();
    let nodes = two_nodes(&server.url()).await;
    let load = load_on(&nodes);
    load.run_for(2.0).await;
    block_in_place(|| server.cli(&["CLIENT", "PAUSE", "5000", "ALL"]));
    load.run_for(5.0).await;
    load.tally.repaired();
    load.run_for(3.0).await;
    let tally = load.stop().await;
    rows.push(
        tally
            .row("CLIENT PAUSE for 5 s", "redis")
            .require(tally.unavailable() > 0, "nobody has noticed the stall"),
    );
    rows
}
