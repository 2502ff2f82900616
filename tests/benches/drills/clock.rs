//! Clocks that are set, and clocks that disagree.

use std::time::Duration;

use jwt_runtime::testing::ManualClock;
use jwt_runtime::{Clock, MemoryStore, NumericDate, RedisStore, SystemClock};
use jwt_tests::random::Random;
use jwt_tests::redis::RedisServer;

use super::Sizes;
use super::node::{LocalNode, authority};
use super::report::{Row, Tally};

const HOUR: u64 = 60 * 60;

pub(crate) async fn steps(sizes: &Sizes) -> Vec<Row> {
    let tokens = sizes.get("tokens", 500);
    let server = RedisServer::start();
    let redis = || RedisStore::lazy(&server.url()).expect("a good URL");
    let memory = MemoryStore::new();
    let mut rows = Vec::new();
    for (store, skew) in [("redis", 0_i64), ("redis", 300), ("redis", -300), ("memory", 0)] {
        let now = SystemClock.now().as_secs().saturating_add_signed(skew);
        let clocks = [(); 2].map(|()| ManualClock::at(NumericDate::from_secs(now)));
        let mut nodes = Vec::new();
        for clock in &clocks {
            let authority = match store {
                "redis" => authority(redis()),
                _ => authority(memory.clone()),
            };
            nodes.push(LocalNode::serve(authority.clock(clock.clone())).await);
        }
        rows.push(leap(store, skew, now, &clocks, &nodes, tokens).await);
    }
    rows
}

/// Revokes and logs out while the clocks of both nodes are set an hour forth and back.
async fn leap(
    store: &str,
    skew: i64,
    now: u64,
    clocks: &[ManualClock; 2],
    nodes: &[LocalNode],
    tokens: u64,
) -> Row {
    let tally = Tally::new();
    let mut random = Random::seeded(1_234_567);
    let mut dead = Vec::new();
    for number in 0..tokens {
        let node = &nodes[random.below(2)].node;
        let pair = node.login(&tally, &format!("{store}-{skew}-{number}")).await.tokens();
        let status = if number % 2 == 0 {
            node.revoke(&tally, &pair.access).await
        } else {
            node.logout(&tally, &pair.access).await
        };
        if status != 204 {
            tally.wrongly_refused(|| format!("{status} for a revocation"));
        }
        dead.push(pair.access);
    }
    // Forward by up to an hour, with writes that let a store forget; then back to the beginning,
    // and before it, where nothing has expired.
    for offset in [600, -600, 1_800, HOUR as i64, 0, -(HOUR as i64), 30, 0] {
        for clock in clocks {
            clock.set(NumericDate::from_secs(now.saturating_add_signed(offset)));
        }
        for number in 0..80 {
            let subject = format!("{store}-{skew}-{offset}-{number}");
            let pair = nodes[number % 2].node.login(&tally, &subject).await.tokens();
            if nodes[1 - number % 2].node.me(&tally, &pair.access).await == 401 {
                tally.wrongly_refused(|| format!("401 at {offset} s for a new token"));
            }
        }
        for (number, access) in dead.iter().enumerate() {
            if nodes[number % 2].node.me(&tally, access).await == 200 {
                tally.wrongly_accepted(|| format!("200 for a revoked token at {offset} s"));
            }
        }
    }
    // Both clocks right again, one of them two minutes late: leeway has nothing to do with it.
    clocks[0].set(NumericDate::from_secs(now) + Duration::from_secs(120));
    clocks[1].set(NumericDate::from_secs(now));
    let pair = nodes[1].node.login(&tally, "late").await.tokens();
    if nodes[0].node.logout(&tally, &pair.access).await != 204
        || nodes[1].node.me(&tally, &pair.access).await != 401
    {
        tally.wrongly_accepted(|| "a logout by another clock".to_owned());
    }
    tally
        .row(format!("clocks set by up to ±1 h, {skew:+} s from Redis"), store)
        .note(format!("{tokens} revoked tokens, 8 steps"))
}
