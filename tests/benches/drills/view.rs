//! Nodes with a local view while Redis hangs or dies, and while one of them is cut off: nothing is
//! let in later than the bound after its end was acknowledged.

use std::time::Duration;

use jwt_runtime::{LocalView, RedisStore};
use jwt_tests::redis::RedisServer;
use tokio::task::block_in_place;

use super::Sizes;
use super::load::Load;
use super::node::LocalNode;
use super::report::Row;
use super::wire::{Fault, Wire};

/// What a view has by default.
const BOUND: Duration = Duration::from_secs(1);

pub(crate) async fn view(sizes: &Sizes) -> Vec<Row> {
    let seconds = sizes.get("seconds", 5) as f64;
    let mut rows = vec![
        under("SIGSTOP for 10 s", 10.0, RedisServer::stop, RedisServer::cont).await,
        under("kill -9", seconds, RedisServer::kill, RedisServer::restart).await,
    ];
    for (what, fault) in [
        ("nothing arrives", Fault::BlackHole),
        ("half-open connections", Fault::HalfOpen),
        ("connections refused", Fault::Refuse),
        ("answers 2 s late", Fault::Delay(Duration::from_secs(2))),
    ] {
        rows.push(cut_off(what, fault, seconds).await);
    }
    rows
}

/// Two nodes, each with a view and a connection of its own.
struct Pair {
    stores: [RedisStore; 2],
    _nodes: [LocalNode; 2],
    load: Load,
}

impl Pair {
    async fn start(urls: [String; 2]) -> Self {
        let store = async |url: &str| {
            let builder =
                RedisStore::builder(url).local_view(LocalView::new().max_staleness(BOUND));
            builder.connect().await.expect("a view that is fed")
        };
        let stores = [store(&urls[0]).await, store(&urls[1]).await];
        let nodes =
            [LocalNode::start(stores[0].clone()).await, LocalNode::start(stores[1].clone()).await];
        let at = nodes.iter().map(|node| node.node.clone()).collect();
        let load = Load::start_with_bound(at, 32, 5.0, BOUND);
        load.run_for(2.0).await;
        Self { stores, _nodes: nodes, load }
    }

    async fn end(self, what: String) -> Row {
        self.load.tally.repaired();
        self.load.run_for(3.0).await;
        let logouts = self.load.logouts();
        let hits = self.stores.each_ref().map(|store| store.view_stats().map_or(0, |it| it.hits));
        let tally = self.load.stop().await;
        tally
            .row(what, "redis, local view")
            .require(tally.unavailable() > 0, "nobody has noticed")
            .require(hits.iter().all(|hits| *hits > 100), format!("the views answered {hits:?}"))
            .note(format!(
                "{logouts} acknowledged logouts; the views answered {hits:?}; {} requests accepted \
                 within {BOUND:?} of a logout",
                tally.late()
            ))
    }
}

async fn under(
    what: &str,
    seconds: f64,
    begin: fn(&mut RedisServer),
    end: fn(&mut RedisServer),
) -> Row {
    let mut server = RedisServer::durable();
    let pair = Pair::start([server.url(), server.url()]).await;
    block_in_place(|| begin(&mut server));
    pair.load.run_for(seconds).await;
    block_in_place(|| end(&mut server));
    pair.end(format!("{what}, {seconds} s")).await
}

/// The node that is cut off cannot hear of what the other one ends.
async fn cut_off(what: &str, fault: Fault, seconds: f64) -> Row {
    let server = RedisServer::start();
    let wire = Wire::before(server.address()).await;
    let pair = Pair::start([wire.url(), server.url()]).await;
    wire.set(fault);
    pair.load.run_for(seconds).await;
    wire.set(Fault::None);
    pair.end(format!("one node of two: {what}, {seconds} s")).await
}
