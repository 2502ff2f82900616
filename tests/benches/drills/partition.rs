//! One node of two loses its connection to Redis, in each of the ways in which networks fail.

use std::time::Duration;

use jwt_runtime::RedisStore;
use jwt_tests::redis::RedisServer;

use super::Sizes;
use super::node::LocalNode;
use super::outages::load_on;
use super::report::Row;
use super::wire::{Fault, Wire};

pub(crate) async fn partition(sizes: &Sizes) -> Vec<Row> {
    let seconds = sizes.get("seconds", 5) as f64;
    let mut rows = Vec::new();
    for (what, fault) in [
        ("nothing arrives", Fault::BlackHole),
        ("half-open connections", Fault::HalfOpen),
        ("connections refused", Fault::Refuse),
        ("reset after 4 KiB of answers", Fault::ResetAfter(4_096)),
        ("answers 100 ms late", Fault::Delay(Duration::from_millis(100))),
        ("answers 1 s late", Fault::Delay(Duration::from_secs(1))),
    ] {
        let server = RedisServer::start();
        let wire = Wire::before(server.address()).await;
        let nodes = [
            LocalNode::start(RedisStore::lazy(&wire.url()).expect("a good URL")).await,
            LocalNode::start(RedisStore::lazy(&server.url()).expect("a good URL")).await,
        ];
        let load = load_on(&nodes);
        load.run_for(2.0).await;
        wire.set(fault);
        load.run_for(seconds).await;
        wire.set(Fault::None);
        load.tally.repaired();
        load.run_for(3.0).await;
        let logouts = load.logouts();
        let tally = load.stop().await;
        rows.push(
            tally
                .row(format!("one node of two: {what}, {seconds} s"), "redis")
                .note(format!("{logouts} acknowledged logouts")),
        );
    }
    rows
}
