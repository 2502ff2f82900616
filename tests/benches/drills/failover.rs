//! A replica takes over behind Sentinel. Replication is asynchronous: how many acknowledged logouts
//! are lost is published.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jwt_runtime::{NumericDate, RedisStore, Standing, TokenRef, TokenStore, TokenType};
use jwt_tests::redis::{RedisBehindSentinel, RedisServer};
use tokio::task::{JoinSet, block_in_place};

use super::Sizes;
use super::node::LocalNode;
use super::outages::load_on;
use super::races::session;
use super::report::Row;
use super::table::short;

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const WORKERS: u64 = 16;

/// Two, so that one takes over and the other follows it.
const REPLICAS: usize = 2;

/// What the documentation tells operators to set.
const CAREFUL: [&str; 4] = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "1"];

#[derive(Clone, Copy)]
struct Way {
    what: &'static str,
    begin: fn(&mut RedisBehindSentinel),
    /// What is done with the old master, once there is another.
    end: fn(&mut RedisServer),
}

const WAYS: [Way; 2] = [
    Way {
        what: "kill -9 of the master",
        begin: |setup| setup.master().kill(),
        // Writes that wait for all replicas fail until it is back.
        end: RedisServer::restart,
    },
    Way { what: "SENTINEL FAILOVER", begin: |setup| setup.fail_over(), end: |_| {} },
];

pub(crate) async fn failover(sizes: &Sizes) -> Vec<Row> {
    let trials = sizes.get("trials", 1_000);
    let mut rows = Vec::new();
    for confirmations in [0, REPLICAS as u32] {
        for way in WAYS {
            rows.push(over_http(way, confirmations).await);
        }
    }
    for confirmations in [0, REPLICAS as u32] {
        for way in WAYS {
            rows.push(logouts_lost(way, confirmations, trials).await);
        }
    }
    rows
}

/// A store that has this many replicas confirm each write.
fn store(setup: &RedisBehindSentinel, confirmations: u32) -> RedisStore {
    let builder = RedisStore::builder(&setup.url()).wait_for_replicas(confirmations);
    builder.deadline(Duration::from_secs(1)).lazy().expect("a good URL")
}

fn name(confirmations: u32) -> String {
    match confirmations {
        0 => "sentinel".to_owned(),
        _ => format!("sentinel, waits for {confirmations}"),
    }
}

async fn over_http(way: Way, confirmations: u32) -> Row {
    let mut setup = block_in_place(|| RedisBehindSentinel::start_with(REPLICAS, &CAREFUL));
    let node = async || LocalNode::start(store(&setup, confirmations)).await;
    let nodes = [node().await, node().await];
    let load = load_on(&nodes);
    load.run_for(2.0).await;
    let began = Instant::now();
    let took = block_in_place(|| {
        let old = setup.master_port().expect("a sentinel that answers");
        (way.begin)(&mut setup);
        setup.wait_for_another_master(old);
        let took = began.elapsed();
        load.tally.repaired();
        (way.end)(setup.server_at(old));
        took
    });
    load.run_for(5.0).await;
    let logouts = load.logouts();
    let tally = load.stop().await;
    let row = tally.row(way.what, &name(confirmations));
    // Logouts that no replica had seen are known to come back unless they are waited for.
    let row = match confirmations {
        0 => row
            .excuse_acceptances("logouts that no replica had seen")
            .excuse_refusals("sessions that no replica had seen"),
        _ => row.note("no logout lost, no session lost"),
    };
    row.require(
        tally.granted_after().is_some_and(|after| after < Duration::from_secs(2)),
        "nobody was served within two seconds of the new master",
    )
    .note(format!("{logouts} acknowledged logouts; a new master after {}", short(took)))
}

/// What was acknowledged from shortly before a failover until after it, failover by failover until
/// there have been enough.
async fn logouts_lost(way: Way, confirmations: u32, trials: u64) -> Row {
    let what = format!("{}, logouts as fast as they go", way.what);
    let mut row = Row::new(what, &name(confirmations));
    let (mut rounds, mut lost_by_round) = (0, Vec::new());
    let mut outages = Vec::new();
    while row.granted < trials || rounds < 3 {
        rounds += 1;
        let mut setup = block_in_place(|| RedisBehindSentinel::start_with(REPLICAS, &CAREFUL));
        let store = store(&setup, confirmations);
        let is_over = Arc::new(AtomicBool::new(false));
        let mut workers = JoinSet::new();
        for worker in 0..WORKERS {
            workers.spawn(log_out(store.clone(), rounds * 100 + worker, Arc::clone(&is_over)));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        block_in_place(|| {
            let old = setup.master_port().expect("a sentinel that answers");
            (way.begin)(&mut setup);
            setup.wait_for_another_master(old);
            (way.end)(setup.server_at(old));
        });
        // Until the new one takes writes, and a moment more.
        while store.open_session(session("patient")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        is_over.store(true, Ordering::SeqCst);
        let mut lost = 0;
        let mut outage = Duration::ZERO;
        for done in workers.join_all().await {
            row.unavailable += done.failed;
            outage = outage.max(done.longest_gap);
            for subject in done.acknowledged {
                row.granted += 1;
                lost += u64::from(is_alive(&store, &subject).await);
            }
        }
        outages.push(outage);
        lost_by_round.push(lost);
    }
    row.requests = row.granted + row.unavailable;
    row.longest_gap = outages.into_iter().max();
    let lost: u64 = lost_by_round.iter().sum();
    let granted = row.granted;
    row.require(confirmations == 0 || lost == 0, format!("{lost} logouts lost")).note(format!(
        "{lost} of {granted} acknowledged logouts lost in {rounds} failovers: {lost_by_round:?}"
    ))
}

struct Done {
    acknowledged: Vec<String>,
    failed: u64,
    longest_gap: Duration,
}

/// Logs in and out until told to stop.
async fn log_out(store: RedisStore, worker: u64, is_over: Arc<AtomicBool>) -> Done {
    let mut done = Done { acknowledged: Vec::new(), failed: 0, longest_gap: Duration::ZERO };
    let mut last = Instant::now();
    for number in 0.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        let subject = format!("{worker}-{number}");
        let opened = store.open_session(session(&subject)).await.is_ok();
        if opened && store.end_session(&subject, "sid", NOW).await.is_ok() {
            done.longest_gap = done.longest_gap.max(last.elapsed());
            last = Instant::now();
            done.acknowledged.push(subject);
        } else {
            done.failed += 1;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    done
}

async fn is_alive(store: &RedisStore, subject: &str) -> bool {
    let token =
        TokenRef { subject, session_id: "sid", token_id: "access", token_type: TokenType::Access };
    loop {
        match store.standing(token, NOW).await {
            Ok(standing) => return standing == Standing::Live,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}
