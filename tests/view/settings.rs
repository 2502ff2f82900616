//! What a view can be told to be, what it needs, and what it costs.

use std::time::{Duration, Instant};

use jwt_runtime::{
    FeedLost, LocalView, NewSession, RedisStore, Standing, TokenRef, TokenStore, TokenType,
};
use jwt_tests::redis::{RedisBehindSentinel, RedisServer};

use super::{
    DEADLINE, KEEP_UNTIL, NOW, PATIENCE, access, known_to_live, plain, session, standing, stats,
    until, viewing,
};

/// What the documentation of `RedisStore` and of `LocalView` says a user needs.
const PERMISSIONS: &[&str] = &[
    "on",
    ">password",
    "~jwt:*",
    "resetchannels",
    "-@all",
    "+ping",
    "+info",
    "+hmget",
    "+hgetall",
    "+hkeys",
    "+hlen",
    "+hrandfield",
    "+hset",
    "+hdel",
    "+get",
    "+set",
    "+pttl",
    "+expire",
    "+unlink",
    "+evalsha",
    "+script|load",
    "+client|tracking",
    "+hscan",
];

fn as_app(server: &RedisServer, permissions: &[&str]) -> String {
    server.cli(&[&["ACL", "SETUSER", "app", "reset"], permissions].concat());
    server.url().replace("redis://", "redis://app:password@")
}

#[tokio::test]
async fn the_documented_permissions_are_enough_and_none_too_many() {
    let server = RedisServer::start();
    let node = viewing(&as_app(&server, PERMISSIONS), LocalView::new()).await;
    node.open_session(session("alice")).await.unwrap();
    known_to_live(&node, "alice").await;
    drop(node);

    let view = LocalView::new().when_feed_is_lost(FeedLost::Refuse);
    for needed in ["+client|tracking", "+info"] {
        let fewer: Vec<_> = PERMISSIONS.iter().copied().filter(|it| *it != needed).collect();
        let builder = RedisStore::builder(&as_app(&server, &fewer)).deadline(DEADLINE);
        let refused = builder.clone().local_view(view.clone()).connect().await;
        assert!(refused.is_err(), "without {needed}");
        // With the other choice the store works all the same.
        let node = builder.local_view(LocalView::new()).connect().await.unwrap();
        assert_eq!(standing(&node, "alice").await, Standing::Live, "without {needed}");
        assert!(!stats(&node).is_fed, "without {needed}");
    }
    let fewer: Vec<_> = PERMISSIONS.iter().copied().filter(|it| *it != "+hscan").collect();
    let node = viewing(&as_app(&server, &fewer), LocalView::new()).await;
    assert!(node.standing(access("alice"), NOW).await.is_err(), "without +hscan");
}

#[tokio::test]
async fn a_view_that_cannot_be_is_refused() {
    let server = RedisServer::start();
    let too_short = LocalView::new().max_staleness(Duration::from_millis(99));
    let too_long = LocalView::new().max_staleness(Duration::from_secs(61));
    let too_small = LocalView::new().max_entries(1);
    for view in [too_short, too_long, too_small] {
        let store = RedisStore::builder(&server.url()).local_view(view.clone()).lazy();
        assert!(store.is_err(), "{view:?}");
    }
    let cluster = RedisStore::cluster([server.url()]).local_view(LocalView::new()).lazy();
    let error = cluster.unwrap_err().to_string();
    assert!(error.contains("Cluster"), "{error}");
}

#[tokio::test]
async fn refresh_tokens_are_always_asked_for() {
    let server = RedisServer::start();
    let node = viewing(&server.url(), LocalView::new()).await;
    node.open_session(session("alice")).await.unwrap();
    known_to_live(&node, "alice").await;
    let before = stats(&node);
    let refresh =
        TokenRef { token_id: "refresh-1", token_type: TokenType::Refresh, ..access("alice") };
    assert_eq!(node.standing(refresh, NOW).await.unwrap(), Standing::Live);
    let after = stats(&node);
    assert_eq!((before.hits, before.misses), (after.hits, after.misses));
}

#[tokio::test]
async fn the_next_token_of_a_session_is_known_before_it_is_seen() {
    let server = RedisServer::start();
    let node = viewing(&server.url(), LocalView::new()).await;
    node.open_session(session("alice")).await.unwrap();
    known_to_live(&node, "alice").await;
    let misses = stats(&node).misses;
    for number in 0..1_000 {
        let token_id = format!("access-{number}");
        let token = TokenRef { token_id: &token_id, ..access("alice") };
        assert_eq!(node.standing(token, NOW).await.unwrap(), Standing::Live);
    }
    assert_eq!(stats(&node).misses, misses);
}

/// A login changes the epoch of its slot only once a day, and so does not disturb its neighbours.
#[tokio::test]
async fn logins_and_rotations_of_others_disturb_nobody() {
    let server = RedisServer::start();
    let (other, node) =
        (plain(&server.url()).await, viewing(&server.url(), LocalView::new()).await);
    // In cluster terms these are neighbours: what counts is the part between the braces.
    let subjects = ["alice", "bob", "carol"];
    for subject in subjects {
        other.open_session(session(subject)).await.unwrap();
        known_to_live(&node, subject).await;
    }
    let epoch = server.keys().into_iter().find(|key| key.ends_with("epoch")).unwrap();
    let lives: i64 = server.cli(&["TTL", &epoch]).parse().unwrap();
    for number in 0..200 {
        let session_id = format!("sid-{number}");
        other
            .open_session(NewSession { session_id: &session_id, ..session("alice") })
            .await
            .unwrap();
    }
    let lives_now: i64 = server.cli(&["TTL", &epoch]).parse().unwrap();
    assert!(lives_now <= lives, "prolonged from {lives} to {lives_now}");
}

#[tokio::test]
async fn a_subject_of_any_size_is_known_in_part() {
    let server = RedisServer::start();
    let (other, node) =
        (plain(&server.url()).await, viewing(&server.url(), LocalView::new()).await);
    for number in 0..2_000 {
        let session_id = format!("sid-{number}");
        other
            .open_session(NewSession { session_id: &session_id, ..session("alice") })
            .await
            .unwrap();
    }
    known_to_live(&node, "alice").await;
    let before = stats(&node);
    for _ in 0..100 {
        assert_eq!(standing(&node, "alice").await, Standing::Live);
    }
    assert_eq!(stats(&node).hits, before.hits + 100);
    other.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    let start = Instant::now();
    while standing(&node, "alice").await != Standing::Revoked {
        assert!(start.elapsed() < PATIENCE);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn no_more_entries_are_held_than_were_allowed() {
    let server = RedisServer::start();
    let node = viewing(&server.url(), LocalView::new().max_entries(100)).await;
    for number in 0..1_000 {
        let subject = format!("user-{number}");
        node.open_session(session(&subject)).await.unwrap();
        assert_eq!(standing(&node, &subject).await, Standing::Live);
        assert!(stats(&node).entries <= 100);
    }
    assert!(stats(&node).entries >= 25);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_view_follows_a_failover() {
    const BOUND: Duration = Duration::from_secs(1);
    let mut servers = RedisBehindSentinel::start(1);
    let connect = || {
        RedisStore::sentinel(servers.master_name(), servers.sentinel_urls())
            .deadline(Duration::from_millis(250))
    };
    let other = connect().connect().await.unwrap();
    let node = connect().local_view(LocalView::new().max_staleness(BOUND)).connect().await.unwrap();
    until(|| stats(&node).is_fed).await;
    other.open_session(session("alice")).await.unwrap();
    known_to_live(&node, "alice").await;
    let old = servers.master_port().unwrap();
    servers.master().kill();
    servers.wait_for_another_master(old);
    // Confirmed by the new master, as soon as it lets itself be found.
    let start = Instant::now();
    while other.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.is_err() {
        assert!(start.elapsed() < PATIENCE);
        tokio::task::yield_now().await;
    }
    let revoked_at = Instant::now();
    loop {
        let asked_at = Instant::now();
        match node.standing(access("alice"), NOW).await {
            Ok(Standing::Live) => assert!(asked_at.saturating_duration_since(revoked_at) <= BOUND),
            Ok(Standing::Revoked) => break,
            // The session was opened a moment before the failover.
            Ok(other) => panic!("{other:?}"),
            Err(_) => {}
        }
        assert!(start.elapsed() < PATIENCE);
        tokio::task::yield_now().await;
    }
    until(|| stats(&node).is_fed).await;
    node.open_session(session("bob")).await.unwrap();
    known_to_live(&node, "bob").await;
}
