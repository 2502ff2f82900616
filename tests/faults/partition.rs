//! The network loses an answer, or a connection without telling.

use std::time::Duration;

use jwt_runtime::{RedisStore, Rotation, Standing, TokenStore, TokenType};
use jwt_tests::redis::RedisServer;

use super::proxy::Proxy;
use super::{KEEP_UNTIL, NOW, ROTATED, access, call_everything, recovered, session, soon, step};

/// As long as a test needs for what it does between an attempt and the next.
const PATIENT: Duration = Duration::from_secs(20);

/// A store whose next answers are about sessions, and not that a script has to be loaded.
async fn with_loaded_scripts(proxy: &Proxy) -> RedisStore {
    let store = RedisStore::connect(&proxy.url()).await.unwrap();
    assert!(call_everything(&store, "somebody").await.is_empty());
    store
}

#[tokio::test]
async fn a_call_whose_answer_was_lost_is_answered_once_more() {
    let server = RedisServer::start();
    let proxy = Proxy::before(&server).await;
    let store = with_loaded_scripts(&proxy).await;
    let lose = || {
        assert!(proxy.has_lost_it());
        proxy.lose_the_next_answer();
    };

    lose();
    store.open_session(session("alice")).await.unwrap();
    lose();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    lose();
    let first = step("alice", "refresh-1", "refresh-2");
    assert_eq!(store.rotate(first).await.unwrap(), ROTATED);
    lose();
    let second = step("alice", "refresh-2", "refresh-3");
    assert_eq!(store.rotate(second).await.unwrap(), ROTATED);
    lose();
    assert_eq!(store.sessions("alice", NOW).await.unwrap().len(), 1);
    lose();
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Revoked);
    lose();
    store.end_all_sessions("alice", NOW).await.unwrap();
    assert!(proxy.has_lost_it());
    let third = step("alice", "refresh-3", "refresh-4");
    assert_eq!(store.rotate(third).await.unwrap(), Rotation::SessionEnded);
}

#[tokio::test]
async fn a_logout_whose_answer_was_lost_has_happened() {
    let server = RedisServer::start();
    let proxy = Proxy::before(&server).await;
    let store = with_loaded_scripts(&proxy).await;
    store.open_session(session("alice")).await.unwrap();
    proxy.lose_the_next_answer();
    // The documented exception: the session that it does not find is the one it has ended.
    assert!(!store.end_session("alice", "sid-1", NOW).await.unwrap());
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
}

#[tokio::test]
async fn a_lost_answer_helps_no_reuse() {
    let server = RedisServer::start();
    let proxy = Proxy::before(&server).await;
    let store = with_loaded_scripts(&proxy).await;
    store.open_session(session("alice")).await.unwrap();
    let first = step("alice", "refresh-1", "refresh-2");
    assert_eq!(store.rotate(first).await.unwrap(), ROTATED);

    // Not even when it names the successor that the owner got.
    proxy.lose_the_next_answer();
    let reuse = store.rotate(first).await.unwrap();
    assert!(matches!(reuse, Rotation::Reused | Rotation::SessionEnded), "{reuse:?}");
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
}

#[tokio::test]
async fn a_repetition_whose_answer_was_lost_is_answered_once_more() {
    let server = RedisServer::start();
    let proxy = Proxy::before(&server).await;
    let store = with_loaded_scripts(&proxy).await;
    store.open_session(session("alice")).await.unwrap();
    let mut first = step("alice", "refresh-1", "refresh-2");
    first.grace = Duration::from_secs(10);
    proxy.lose_the_next_answer();
    assert_eq!(store.rotate(first).await.unwrap(), ROTATED);
    let mut retry = step("alice", "refresh-1", "refresh-x");
    retry.grace = first.grace;
    proxy.lose_the_next_answer();
    let repeated =
        Rotation::Repeated { successor: "refresh-2".to_owned(), rotated_at: NOW, created_at: NOW };
    assert_eq!(store.rotate(retry).await.unwrap(), repeated);
    assert!(proxy.has_lost_it());
}

/// Two tabs refresh at once. The step of the first arrives and its answer does not; before it is
/// sent again, the second tab is given the successor and uses it. That is no reuse of anything.
#[tokio::test]
async fn a_lost_answer_is_no_reuse_when_its_successor_was_used_meanwhile() {
    let server = RedisServer::start();
    let proxy = Proxy::before(&server).await;
    let store = RedisStore::builder(&proxy.url()).deadline(PATIENT).connect().await.unwrap();
    assert!(call_everything(&store, "somebody").await.is_empty());
    let other_node = RedisStore::connect(&server.url()).await.unwrap();
    store.open_session(session("alice")).await.unwrap();
    let graced = |presented, successor| {
        let mut step = step("alice", presented, successor);
        step.grace = Duration::from_secs(10);
        step
    };

    proxy.hold_new_connections();
    proxy.lose_the_next_answer();
    let first_tab = {
        let store = store.clone();
        tokio::spawn(async move { store.rotate(graced("refresh-1", "refresh-2")).await })
    };
    while !proxy.has_lost_it() {
        tokio::task::yield_now().await;
    }
    let second_tab = other_node.rotate(graced("refresh-1", "refresh-x")).await.unwrap();
    assert!(matches!(second_tab, Rotation::Repeated { .. }), "{second_tab:?}");
    assert_eq!(other_node.rotate(graced("refresh-2", "refresh-3")).await.unwrap(), ROTATED);
    proxy.release_new_connections();
    assert_eq!(first_tab.await.unwrap().unwrap(), ROTATED);
    let mut current = access("alice");
    (current.token_id, current.token_type) = ("refresh-3", TokenType::Refresh);
    assert_eq!(store.standing(current, NOW).await.unwrap(), Standing::Live);
}

/// Without a word from either end, TCP keeps such a connection for many minutes.
#[tokio::test]
async fn a_half_open_connection_is_replaced() {
    for protocol in ["resp2", "resp3"] {
        let server = RedisServer::start();
        let proxy = Proxy::before(&server).await;
        let url = format!("{}?protocol={protocol}", proxy.url());
        let store = RedisStore::connect(&url).await.unwrap();
        store.open_session(session("alice")).await.unwrap();
        proxy.freeze_connections();
        let answer = soon(store.standing(access("alice"), NOW)).await;
        assert!(answer.is_err(), "{answer:?}");
        let standing = recovered(async || soon(store.standing(access("alice"), NOW)).await).await;
        assert_eq!(standing, Standing::Live);
    }
}

/// A master that became a replica keeps its connections and answers reads with old news.
#[tokio::test]
async fn a_demoted_master_is_left_for_the_new_one() {
    let old = RedisServer::start();
    let new = RedisServer::start();
    let proxy = Proxy::before(&old).await;
    let store = RedisStore::connect(&proxy.url()).await.unwrap();
    store.open_session(session("alice")).await.unwrap();

    let address = new.address();
    let (host, port) = address.split_once(':').unwrap();
    proxy.lead_new_connections_to(&new);
    old.cli(&["REPLICAOF", host, port]);
    // Reads succeed all the while, so it takes the refused writes to notice.
    recovered(async || {
        store.standing(access("alice"), NOW).await.unwrap();
        store.open_session(session("bob")).await
    })
    .await;
    assert_eq!(new.cli(&["EXISTS", "jwt:{bob}"]), "1");
}
