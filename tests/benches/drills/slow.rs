//! More clients than is good, and a Redis that takes its time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jwt_runtime::RedisStore;
use jwt_tests::redis::RedisServer;
use tokio::task::JoinSet;

use super::Sizes;
use super::node::LocalNode;
use super::report::{Row, Tally};
use super::volume::resident_bytes;
use super::wire::{Fault, Wire};

pub(crate) async fn slow(sizes: &Sizes) -> Vec<Row> {
    let clients = sizes.get("clients", 5_000);
    let server = RedisServer::start();
    let wire = Wire::before(server.address()).await;
    let store = RedisStore::lazy(&wire.url()).expect("a good URL");
    let node = LocalNode::start(store).await;
    let tally = Arc::new(Tally::new());
    let tokens = node.node.login(&tally, "popular").await.tokens();
    wire.set(Fault::Delay(Duration::from_millis(20)));
    let memory = resident_bytes();
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (node, tally, token) = (node.node.clone(), Arc::clone(&tally), tokens.access.clone());
        tasks.spawn(async move {
            for _ in 0..4 {
                if node.me(&tally, &token).await == 401 {
                    tally.wrongly_refused(|| "401 for a good token".to_owned());
                }
            }
        });
    }
    tasks.join_all().await;
    let took = start.elapsed();
    let grown = resident_bytes().saturating_sub(memory) / 1_000_000;
    wire.set(Fault::None);
    let after = Instant::now();
    let status = node.node.me(&tally, &tokens.access).await;
    let after = after.elapsed();
    let connections = server.cli(&["CLIENT", "LIST"]).lines().count() - 1;
    vec![
        tally
            .row(format!("{clients} clients × 4, Redis +20 ms"), "redis")
            .require(status == 200, format!("{status} once Redis is fast again"))
            .recovered(after)
            .require(connections <= 2, format!("{connections} connections are open"))
            .note(format!(
                "{:.1} s, {:.0} answers/s, {grown} MB more with all clients in this process, \
                 {connections} connection(s) to Redis",
                took.as_secs_f64(),
                (clients * 4) as f64 / took.as_secs_f64()
            )),
    ]
}
