//! Redis loses everything: whoever was in is out, and nobody who was out is in.

use std::time::Duration;

use jwt_tests::redis::RedisServer;
use tokio::task::block_in_place;

use super::outages::{load_on, two_nodes};
use super::report::{Row, Tally};

pub(crate) async fn data_loss() -> Vec<Row> {
    let mut rows = Vec::new();

    let server = RedisServer::start();
    let nodes = two_nodes(&server.url()).await;
    let load = load_on(&nodes);
    for _ in 0..20 {
        load.run_for(0.3).await;
        block_in_place(|| server.cli(&["FLUSHALL"]));
    }
    let again = load.until_granted(200).await;
    let logouts = load.logouts();
    let tally = load.stop().await;
    rows.push(
        tally
            .row("FLUSHALL, 20 times", "redis")
            .excuse_refusals("sessions that Redis has lost")
            .require(again < Duration::from_secs(5), "nobody can log in afterwards")
            .note(format!("{logouts} acknowledged logouts")),
    );

    let mut server = RedisServer::start();
    let nodes = two_nodes(&server.url()).await;
    let load = load_on(&nodes);
    for _ in 0..5 {
        load.run_for(0.5).await;
        block_in_place(|| {
            server.kill();
            server.restart();
        });
    }
    let again = load.until_granted(200).await;
    let logouts = load.logouts();
    let tally = load.stop().await;
    rows.push(
        tally
            .row("restart without persistence, 5 times", "redis")
            .excuse_refusals("sessions that Redis has lost")
            .require(again < Duration::from_secs(5), "nobody can log in afterwards")
            .note(format!("{logouts} acknowledged logouts")),
    );
    rows.push(old_snapshot().await);
    rows
}

/// Redis comes back with what it held a second ago: sessions that were ended since live again. No
/// store can know; the row publishes how many were tried and let in.
async fn old_snapshot() -> Row {
    let mut server = RedisServer::start();
    let nodes = two_nodes(&server.url()).await;
    let load = load_on(&nodes);
    load.run_for(2.0).await;
    let early = Tally::new();
    let mut ended = Vec::new();
    for number in 0..50 {
        let login = nodes[0].node.login(&early, &format!("early-{number}")).await;
        ended.push(login.tokens());
    }
    block_in_place(|| server.cli(&["SAVE"]));
    for tokens in &ended {
        nodes[1].node.logout(&early, &tokens.access).await;
    }
    load.run_for(1.0).await;
    block_in_place(|| {
        server.kill();
        server.restart();
    });
    load.run_for(2.0).await;
    for tokens in &ended {
        if nodes[0].node.me(&load.tally, &tokens.access).await == 200 {
            load.tally.wrongly_accepted(|| "200 for a session of the snapshot".to_owned());
        }
    }
    let logouts = load.logouts() + ended.len() as u64;
    let tally = load.stop().await;
    tally
        .row("restart from a snapshot of a second ago", "redis")
        .excuse_refusals("sessions that came after the snapshot")
        .excuse_acceptances("tokens of sessions that were ended after the snapshot")
        .note(format!("{logouts} acknowledged logouts"))
}
