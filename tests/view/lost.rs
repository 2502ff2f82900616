//! The feed dies, falls silent, or leads elsewhere: never beyond the bound.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jwt_runtime::{FeedLost, LocalView, RedisStore, Standing, TokenStore};
use jwt_tests::redis::RedisServer;

use super::proxy::Proxy;
use super::{
    KEEP_UNTIL, NOW, PATIENCE, access, known_to_live, plain, session, standing, stats, until,
    viewing,
};

const BOUND: Duration = Duration::from_millis(400);

/// What one call may take on a machine that does something else as well.
const MOMENT: Duration = Duration::from_secs(4);

fn view(when_lost: FeedLost) -> LocalView {
    LocalView::new().max_staleness(BOUND).when_feed_is_lost(when_lost)
}

/// A store that does not wait for the dead as long as others.
async fn impatient(url: &str, when_lost: FeedLost) -> RedisStore {
    let builder = RedisStore::builder(url).deadline(Duration::from_secs(1));
    let store = builder.local_view(view(when_lost)).connect().await.unwrap();
    until(|| stats(&store).is_fed).await;
    store
}

/// Asks for alice until the view does not answer any more, and returns when it last has.
async fn last_answer(node: &RedisStore) -> Option<Instant> {
    let start = Instant::now();
    let mut last = None;
    loop {
        let asked_at = Instant::now();
        let hits = stats(node).hits;
        match node.standing(access("alice"), NOW).await {
            Ok(Standing::Live) if stats(node).hits > hits => last = Some(asked_at),
            Ok(Standing::Live) => {}
            _ => return last,
        }
        assert!(start.elapsed() < PATIENCE, "it never stops");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_killed_feed_is_made_anew_and_misses_nothing() {
    let server = RedisServer::start();
    let other = plain(&server.url()).await;
    let node = viewing(&server.url(), view(FeedLost::AskStore)).await;
    for round in 0..20 {
        let subject = format!("user-{round}");
        other.open_session(session(&subject)).await.unwrap();
        known_to_live(&node, &subject).await;
        // The one connection that speaks RESP3 is the feed.
        let clients = server.cli(&["CLIENT", "LIST"]);
        let feed = clients.lines().find(|client| client.contains("resp=3")).unwrap();
        let id = feed.split_whitespace().next().unwrap().trim_start_matches("id=");
        server.cli(&["CLIENT", "KILL", "ID", id]);
        other.revoke_token(access(&subject), NOW, KEEP_UNTIL).await.unwrap();
        let revoked_at = Instant::now();
        loop {
            let asked_at = Instant::now();
            match standing(&node, &subject).await {
                Standing::Revoked => break,
                found => assert_eq!(found, Standing::Live),
            }
            assert!(asked_at - revoked_at <= BOUND, "round {round}");
            tokio::task::yield_now().await;
        }
        until(|| stats(&node).is_fed).await;
    }
}

#[tokio::test]
async fn a_server_that_hangs_silences_the_view_within_the_bound() {
    for when_lost in [FeedLost::AskStore, FeedLost::Refuse] {
        let mut server = RedisServer::start();
        let node = impatient(&server.url(), when_lost).await;
        node.open_session(session("alice")).await.unwrap();
        known_to_live(&node, "alice").await;

        server.stop();
        let stopped_at = Instant::now();
        let last = last_answer(&node).await;
        // Whatever it said, it said within the bound.
        let lasted = last.map_or(Duration::ZERO, |last| last.saturating_duration_since(stopped_at));
        assert!(lasted <= BOUND, "answered {lasted:?} after the server stopped");
        for _ in 0..20 {
            let asked_at = Instant::now();
            let answer = node.standing(access("alice"), NOW).await;
            assert!(answer.is_err(), "{answer:?}");
            assert!(asked_at.elapsed() < MOMENT);
        }
        assert!(!stats(&node).is_fed);

        server.cont();
        until(|| stats(&node).is_fed).await;
        known_to_live(&node, "alice").await;
    }
}

#[tokio::test]
async fn a_server_that_restarts_is_followed_again() {
    let mut server = RedisServer::durable();
    let node = impatient(&server.url(), FeedLost::AskStore).await;
    for round in 0..5 {
        let subject = format!("user-{round}");
        node.open_session(session(&subject)).await.unwrap();
        known_to_live(&node, &subject).await;
        server.kill();
        // Nobody is fed by the dead, as soon as the end of the connection is seen.
        until(|| !stats(&node).is_fed).await;
        assert!(node.standing(access(&subject), NOW).await.is_err());
        assert_eq!(stats(&node).entries, 0);
        server.restart();
        let start = Instant::now();
        while !stats(&node).is_fed {
            let _ = node.standing(access(&subject), NOW).await;
            tokio::task::yield_now().await;
            assert!(start.elapsed() < PATIENCE);
        }
        known_to_live(&node, &subject).await;
    }
}

/// The node's packets get lost, while the rest of the world revokes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_is_cut_off_is_silent_beyond_the_bound() {
    for when_lost in [FeedLost::AskStore, FeedLost::Refuse] {
        let server = RedisServer::start();
        let proxy = Proxy::before(&server).await;
        let other = plain(&server.url()).await;
        let node = impatient(&proxy.url(), when_lost).await;
        for round in 0..3 {
            let subject = format!("user-{round}");
            other.open_session(session(&subject)).await.unwrap();
            known_to_live(&node, &subject).await;
            let too_late = Arc::new(AtomicUsize::new(0));
            let refused = Arc::new(AtomicBool::new(false));

            proxy.freeze_connections();
            other.revoke_token(access(&subject), NOW, KEEP_UNTIL).await.unwrap();
            let revoked_at = Instant::now();
            let asking: Vec<_> = (0..4)
                .map(|_| {
                    let (node, subject) = (node.clone(), subject.clone());
                    let (too_late, refused) = (Arc::clone(&too_late), Arc::clone(&refused));
                    tokio::spawn(async move {
                        while revoked_at.elapsed() < 4 * BOUND || !refused.load(Ordering::SeqCst) {
                            let asked_at = Instant::now();
                            match node.standing(access(&subject), NOW).await {
                                Ok(Standing::Live) if asked_at - revoked_at > BOUND => {
                                    too_late.fetch_add(1, Ordering::SeqCst);
                                }
                                Ok(Standing::Revoked) => refused.store(true, Ordering::SeqCst),
                                _ => {}
                            }
                            assert!(revoked_at.elapsed() < PATIENCE, "it never recovers");
                            tokio::task::yield_now().await;
                        }
                    })
                })
                .collect();
            for asking in asking {
                asking.await.unwrap();
            }
            assert_eq!(too_late.load(Ordering::SeqCst), 0, "round {round}");
            // New connections pass: it recovers by itself.
            until(|| stats(&node).is_fed).await;
            other.end_all_sessions("alice", NOW).await.unwrap();
        }
    }
}

/// An address moves to another server while the feed of the first goes on.
#[tokio::test]
async fn a_feed_of_another_server_than_the_stores_is_given_up() {
    let (first, second) = (RedisServer::start(), RedisServer::start());
    let proxy = Proxy::before(&first).await;
    let node = impatient(&proxy.url(), FeedLost::AskStore).await;
    node.open_session(session("alice")).await.unwrap();
    known_to_live(&node, "alice").await;
    proxy.lead_new_connections_to(&second);
    // The store's own connection breaks and the feed's does not.
    let mut killed = 0;
    for client in first.cli(&["CLIENT", "LIST"]).lines() {
        let fields: Vec<&str> = client.split_whitespace().collect();
        if fields.contains(&"resp=2") && !fields.contains(&"cmd=client|list") {
            first.cli(&["CLIENT", "KILL", "ID", fields[0].trim_start_matches("id=")]);
            killed += 1;
        }
    }
    assert_eq!(killed, 1);
    let moved_at = Instant::now();
    loop {
        let asked_at = Instant::now();
        match node.standing(access("alice"), NOW).await {
            Ok(Standing::SessionEnded) => break,
            Ok(Standing::Live) => assert!(asked_at - moved_at <= BOUND),
            Ok(other) => panic!("{other:?}"),
            Err(_) => {}
        }
        assert!(moved_at.elapsed() < PATIENCE);
        tokio::task::yield_now().await;
    }
    until(|| stats(&node).is_fed).await;
    node.open_session(session("alice")).await.unwrap();
    known_to_live(&node, "alice").await;
    plain(&second.url()).await.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    let start = Instant::now();
    while standing(&node, "alice").await != Standing::Revoked {
        tokio::task::yield_now().await;
        assert!(start.elapsed() < PATIENCE);
    }
}

/// What was a primary is told to follow another.
#[tokio::test]
async fn a_demoted_server_feeds_nobody() {
    let (old, new) = (RedisServer::start(), RedisServer::start());
    let node = impatient(&old.url(), FeedLost::Refuse).await;
    node.open_session(session("alice")).await.unwrap();
    known_to_live(&node, "alice").await;
    let (host, port) =
        new.address().split_once(':').map(|(h, p)| (h.to_owned(), p.to_owned())).unwrap();
    old.cli(&["REPLICAOF", &host, &port]);
    until(|| !stats(&node).is_fed).await;
    old.cli(&["REPLICAOF", "NO", "ONE"]);
    until(|| stats(&node).is_fed).await;
}

#[tokio::test]
async fn a_view_may_be_made_before_its_server() {
    let mut server = RedisServer::start();
    server.kill();
    let builder = RedisStore::builder(&server.url()).deadline(Duration::from_millis(100));
    let node = builder.local_view(view(FeedLost::Refuse)).lazy().unwrap();
    assert!(node.standing(access("alice"), NOW).await.is_err());
    server.restart();
    until(|| stats(&node).is_fed).await;
    node.open_session(session("alice")).await.unwrap();
    known_to_live(&node, "alice").await;
}

/// A runtime takes its tasks along, and a store may outlive it.
#[test]
fn a_view_outlives_its_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = RedisServer::start();
    let node = runtime().block_on(async {
        let node = viewing(&server.url(), view(FeedLost::AskStore)).await;
        node.open_session(session("alice")).await.unwrap();
        known_to_live(&node, "alice").await;
        node
    });
    assert!(!stats(&node).is_fed);
    runtime().block_on(async {
        let start = Instant::now();
        while !stats(&node).is_fed {
            let _ = node.standing(access("alice"), NOW).await;
            tokio::task::yield_now().await;
            assert!(start.elapsed() < PATIENCE);
        }
        known_to_live(&node, "alice").await;
    });
}

/// The task, and the connection, go with the last clone of the store.
#[tokio::test]
async fn a_dropped_store_leaves_no_feed() {
    let server = RedisServer::start();
    let node = viewing(&server.url(), view(FeedLost::AskStore)).await;
    let clone = node.clone();
    drop(node);
    assert!(server.cli(&["INFO", "clients"]).contains("tracking_clients:1"));
    drop(clone);
    until(|| server.cli(&["INFO", "clients"]).contains("tracking_clients:0")).await;
}
