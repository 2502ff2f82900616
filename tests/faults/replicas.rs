//! What is acknowledged only after replicas have confirmed it.

use std::time::{Duration, Instant};

use jwt_runtime::{RedisStore, Standing, StoreError, TokenStore};
use jwt_tests::redis::RedisServer;

use super::{KEEP_UNTIL, NOW, ROTATED, access, call_everything, recovered, session, soon, step};

/// A primary with one replica, and a store that waits for it.
async fn primary_and_replica(start: fn() -> RedisServer) -> (RedisServer, RedisServer, RedisStore) {
    let (primary, replica) = (start(), start());
    replica.follow(&primary);
    let store = waiting_for(1, &primary.url()).await;
    (primary, replica, store)
}

/// With time for `WAIT`, whose own Redis rounds up to a tenth of a second.
const DEADLINE: Duration = Duration::from_millis(1_000);

async fn waiting_for(replicas: u32, url: &str) -> RedisStore {
    let builder = RedisStore::builder(url).deadline(DEADLINE).wait_for_replicas(replicas);
    builder.connect().await.unwrap()
}

/// Whether it says that the only replica has not confirmed.
fn is_unconfirmed<T>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Unconfirmed { confirmed: 0, wanted: 1 }))
}

#[tokio::test]
async fn writes_fail_while_the_replica_hangs_and_requests_are_served() {
    for start in [RedisServer::start, RedisServer::valkey] {
        let (_primary, mut replica, store) = primary_and_replica(start).await;
        assert!(call_everything(&store, "alice").await.is_empty());
        store.open_session(session("alice")).await.unwrap();
        replica.stop();

        let login = soon(store.open_session(session("bob"))).await;
        assert!(is_unconfirmed(&login), "{login:?}");
        let text = login.unwrap_err().to_string();
        assert_eq!(text, "written, but only 0 of 1 replicas have confirmed it");
        let revoked = soon(store.revoke_token(access("bob"), NOW, KEEP_UNTIL)).await;
        assert!(is_unconfirmed(&revoked), "{revoked:?}");
        let rotated = soon(store.rotate(step("alice", "refresh-1", "refresh-2"))).await;
        assert!(is_unconfirmed(&rotated), "{rotated:?}");
        let ended = soon(store.end_session("alice", "sid-1", NOW)).await;
        assert!(is_unconfirmed(&ended), "{ended:?}");
        let others_ended = soon(store.end_other_sessions("bob", "sid-1", NOW)).await;
        assert!(is_unconfirmed(&others_ended), "{others_ended:?}");
        let all_ended = soon(store.end_all_sessions("bob", NOW)).await;
        assert!(is_unconfirmed(&all_ended), "{all_ended:?}");
        let every_ended = store.end_every_session(NOW).await;
        assert!(is_unconfirmed(&every_ended), "{every_ended:?}");

        // Done all the same.
        assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::SessionEnded);
        assert_eq!(store.sessions("bob", NOW).await.unwrap(), []);
        replica.cont();
        assert!(call_everything(&store, "carol").await.is_empty());
    }
}

/// A read does not stand in line behind a write that waits.
#[tokio::test]
async fn requests_do_not_wait_for_replicas() {
    let (_primary, mut replica, store) = primary_and_replica(RedisServer::start).await;
    store.open_session(session("alice")).await.unwrap();
    replica.stop();
    let slowest = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..200 {
            let start = Instant::now();
            assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
            slowest = slowest.max(start.elapsed());
        }
        slowest
    };
    let logout = store.end_session("bob", "sid-1", NOW);
    let (logout, slowest) = tokio::join!(logout, slowest);
    assert!(is_unconfirmed(&logout), "{logout:?}");
    println!("slowest of 200 requests beside a write that waits: {slowest:?}");
    assert!(slowest < Duration::from_millis(100), "{slowest:?}");
    replica.cont();
}

/// The second logout finds nothing to do. If it were acknowledged for that, the replica could
/// still bring the session back.
#[tokio::test]
async fn a_logout_that_somebody_else_has_done_is_confirmed_too() {
    for start in [RedisServer::start, RedisServer::valkey] {
        let (primary, mut replica, store) = primary_and_replica(start).await;
        let other = waiting_for(1, &primary.url()).await;
        let without = RedisStore::connect(&primary.url()).await.unwrap();
        store.open_session(session("alice")).await.unwrap();
        replica.stop();
        assert!(without.end_session("alice", "sid-1", NOW).await.unwrap());
        for store in [&store, &other] {
            let again = store.end_session("alice", "sid-1", NOW).await;
            assert!(is_unconfirmed(&again), "{again:?}");
        }
        replica.cont();
        let again = recovered(async || other.end_session("alice", "sid-1", NOW).await).await;
        assert!(!again);
        drop(primary);
        replica.cli(&["REPLICAOF", "NO", "ONE"]);
        let promoted = RedisStore::connect(&replica.url()).await.unwrap();
        let standing = promoted.standing(access("alice"), NOW).await.unwrap();
        assert_eq!(standing, Standing::SessionEnded);
    }
}

#[tokio::test]
async fn writes_at_once_wait_together() {
    let (primary, _replica, store) = primary_and_replica(RedisServer::start).await;
    primary.cli(&["CONFIG", "RESETSTAT"]);
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..200 {
        let store = store.clone();
        calls.spawn(async move {
            let subject = format!("subject-{number}");
            store.open_session(session(&subject)).await.unwrap();
            let rotated = store.rotate(step(&subject, "refresh-1", "refresh-2")).await.unwrap();
            assert_eq!(rotated, ROTATED);
            assert!(store.end_session(&subject, "sid-1", NOW).await.unwrap());
        });
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap();
    }
    let stats = primary.cli(&["INFO", "commandstats"]);
    let waits = stats.lines().find_map(|line| line.strip_prefix("cmdstat_wait:calls=")).unwrap();
    let waits: usize = waits.split(',').next().unwrap().parse().unwrap();
    println!("600 writes at once: {waits} times `WAIT`");
    assert!(waits < 120, "{waits}");
}

#[tokio::test]
async fn more_replicas_than_there_are_confirm_nothing() {
    let (primary, _replica, _) = primary_and_replica(RedisServer::start).await;
    let store = waiting_for(2, &primary.url()).await;
    let login = store.open_session(session("alice")).await;
    let is_right = matches!(login, Err(StoreError::Unconfirmed { confirmed: 1, wanted: 2 }));
    assert!(is_right, "{login:?}");
}

#[tokio::test]
async fn a_user_who_may_not_wait_is_told_at_once() {
    let (primary, _replica, _) = primary_and_replica(RedisServer::start).await;
    let url = primary.url().replace("://", "://app:any@");
    let rules = ["ACL", "SETUSER", "app", "on", "nopass", "~*", "+@all", "-wait"];
    primary.cli(&rules);
    RedisStore::connect(&url).await.unwrap();
    let refused = RedisStore::builder(&url).wait_for_replicas(1).connect().await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("no permissions to run the 'wait' command"), "{refused}");
    primary.cli(&["ACL", "SETUSER", "app", "+wait"]);
    let store = waiting_for(1, &url).await;
    assert!(call_everything(&store, "alice").await.is_empty());
}

/// Writes have a connection of their own, so it has to be watched too.
#[tokio::test]
async fn both_connections_are_replaced_when_they_break() {
    let (primary, _replica, store) = primary_and_replica(RedisServer::start).await;
    for round in 0..5 {
        primary.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
        let subject = format!("subject-{round}");
        store.open_session(session(&subject)).await.unwrap();
        primary.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
        assert_eq!(store.standing(access(&subject), NOW).await.unwrap(), Standing::Live);
        primary.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
        let rotated = store.rotate(step(&subject, "refresh-1", "refresh-2")).await.unwrap();
        assert_eq!(rotated, ROTATED);
    }
}
