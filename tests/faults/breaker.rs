//! What a call costs while Redis is away, and how the store finds out that it is back.

use std::time::{Duration, Instant};

use jwt_runtime::{RedisStore, Standing, StoreError, TokenStore};
use jwt_tests::redis::RedisServer;

use super::load::{Load, WORKERS};
use super::proxy::Proxy;
use super::{NOW, PATIENCE, access, recovered, session, soon, wait_for};

/// More than enough for a call that does not wait for anything.
const AT_ONCE: Duration = Duration::from_millis(2);

/// What many calls, one after the other, have cost.
struct Cost {
    median: Duration,
    longest: Duration,
    /// How many have waited for the server.
    waited: usize,
}

/// Makes calls, all of which have to fail.
async fn cost_of_failures(store: &RedisStore, calls: usize) -> Cost {
    let mut durations = Vec::with_capacity(calls);
    let mut waited = 0;
    for _ in 0..calls {
        let start = Instant::now();
        let answer = soon(store.standing(access("alice"), NOW)).await;
        assert!(answer.is_err(), "{answer:?}");
        waited += usize::from(!matches!(answer, Err(StoreError::CircuitOpen)));
        durations.push(start.elapsed());
        tokio::task::yield_now().await;
    }
    durations.sort();
    Cost { median: durations[calls / 2], longest: durations[calls - 1], waited }
}

#[tokio::test]
async fn a_dead_server_costs_microseconds() {
    let mut server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    server.kill();
    let Cost { median, longest, waited } = cost_of_failures(&store, 2_000).await;
    println!("dead: median {median:?}, longest {longest:?}, {waited} of 2000 waited");
    assert!(median < AT_ONCE, "{median:?}");
    assert!(waited <= 3, "{waited} of 2000 calls waited");
    let refused = store.standing(access("alice"), NOW).await;
    assert!(matches!(refused, Err(StoreError::CircuitOpen)), "{refused:?}");
}

#[tokio::test]
async fn a_hung_server_costs_a_handful_of_deadlines() {
    let mut server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    server.stop();
    let Cost { median, longest, waited } = cost_of_failures(&store, 2_000).await;
    println!("hung: median {median:?}, longest {longest:?}, {waited} of 2000 waited");
    assert!(median < AT_ONCE, "{median:?}");
    assert!((1..=3).contains(&waited), "{waited} of 2000 calls waited");
    server.cont();
    recovered(async || store.ping().await).await;
}

#[tokio::test]
async fn the_store_recovers_without_a_call() {
    for protocol in ["resp2", "resp3"] {
        let mut server = RedisServer::start();
        let url = format!("{}?protocol={protocol}", server.url());
        let store = RedisStore::connect(&url).await.unwrap();
        server.kill();
        cost_of_failures(&store, 10).await;
        server.restart();
        let start = Instant::now();
        let is_back = || {
            let clients = server.cli(&["CLIENT", "LIST", "TYPE", "normal"]);
            clients.lines().any(|client| client.contains("cmd=ping"))
        };
        while !is_back() {
            assert!(start.elapsed() < PATIENCE, "nobody looked for the server");
            tokio::task::yield_now().await;
        }
        println!("back after {:?}", start.elapsed());
        // The answer may still be under way.
        recovered(async || store.ping().await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_and_hang_under_load() {
    let mut server = RedisServer::durable();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let load = Load::start(&store, "kill");
    for _ in 0..3 {
        wait_for(&load.seen.logouts, 50).await;
        server.kill();
        wait_for(&load.seen.failures, 2_000).await;
        server.restart();
    }
    wait_for(&load.seen.logouts, 50).await;
    let outcome = load.end().await;
    println!("kill and restart, three times: {outcome}");
    assert!(outcome.revived.is_empty(), "{:?}", outcome.revived);
    assert!(outcome.slow_failures() <= 3 * 3 * WORKERS, "{outcome}");

    let load = Load::start(&store, "hang");
    for _ in 0..3 {
        wait_for(&load.seen.logouts, 50).await;
        server.stop();
        wait_for(&load.seen.failures, 2_000).await;
        server.cont();
    }
    wait_for(&load.seen.logouts, 50).await;
    let outcome = load.end().await;
    println!("SIGSTOP, three times: {outcome}");
    assert!(outcome.revived.is_empty(), "{:?}", outcome.revived);
    assert!(outcome.slow_failures() <= 3 * 3 * WORKERS, "{outcome}");
}

/// The circuit must not close because of a server that answers too late.
#[tokio::test]
async fn a_server_slower_than_the_deadline_does_not_flap() {
    let server = RedisServer::start();
    let proxy = Proxy::before(&server).await;
    let store =
        RedisStore::builder(&proxy.url()).deadline(Duration::from_millis(50)).connect().await;
    let store = store.unwrap();
    proxy.delay_answers(150);
    let start = Instant::now();
    let (mut calls, mut waited) = (0, 0);
    // Long enough for several attempts to connect, each of which succeeds in the end.
    while start.elapsed() < Duration::from_secs(2) {
        let answer = store.standing(access("alice"), NOW).await;
        assert!(answer.is_err(), "{answer:?}");
        waited += usize::from(!matches!(answer, Err(StoreError::CircuitOpen)));
        calls += 1;
        tokio::task::yield_now().await;
    }
    println!("slower than the deadline: {waited} of {calls} waited");
    assert!(waited <= 3, "{waited} of {calls} calls waited");
    proxy.delay_answers(0);
    recovered(async || store.ping().await).await;
}

#[tokio::test]
async fn answers_that_are_errors_open_no_circuit() {
    let server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    store.open_session(session("alice")).await.unwrap();
    server.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    for _ in 0..50 {
        let refused = store.open_session(session("bob")).await;
        assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
        assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    }
}
