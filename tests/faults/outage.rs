//! The server is dead, hung, restarted, or refuses to let anybody in.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jwt_runtime::{RedisStore, Rotation, Standing, StoreError, TokenStore};
use jwt_tests::redis::RedisServer;

use super::{
    METHODS, NOW, ROTATED, access, call_everything, recovered, session, soon, step, wait_for,
};

#[tokio::test]
async fn a_dead_server_fails_every_call_within_the_deadline() {
    let mut server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    server.kill();
    for round in 0..3 {
        let errors = call_everything(&store, "alice").await;
        assert_eq!(errors.len(), METHODS, "round {round}: {errors:?}");
    }
    server.restart();
    recovered(async || store.ping().await).await;
    assert_eq!(call_everything(&store, "alice").await.len(), 0);
}

#[tokio::test]
async fn a_dead_server_fails_all_of_many_calls_within_the_deadline() {
    let mut server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    server.kill();
    let calls: Vec<_> = (0..500)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { soon(store.standing(access("alice"), NOW)).await.is_err() })
        })
        .collect();
    for call in calls {
        assert!(call.await.unwrap());
    }
}

#[tokio::test]
async fn a_store_may_be_made_before_its_server() {
    let mut server = RedisServer::start();
    server.kill();
    let store = RedisStore::lazy(&server.url()).unwrap();
    assert_eq!(call_everything(&store, "alice").await.len(), METHODS);
    server.restart();
    recovered(async || store.ping().await).await;
}

#[tokio::test]
async fn a_hung_server_times_out_and_its_answers_are_not_mixed_up_later() {
    let mut server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    for subject in ["alice", "bob"] {
        store.open_session(session(subject)).await.unwrap();
    }
    assert!(store.end_session("bob", "sid-1", NOW).await.unwrap());

    server.stop();
    for _ in 0..3 {
        for subject in ["alice", "bob"] {
            let answer = soon(store.standing(access(subject), NOW)).await;
            assert!(answer.is_err(), "{subject}: {answer:?}");
        }
    }
    let errors = call_everything(&store, "carol").await;
    assert_eq!(errors.len(), METHODS, "{errors:?}");
    server.cont();

    recovered(async || store.ping().await).await;
    for _ in 0..20 {
        let standing = store.standing(access("alice"), NOW).await.unwrap();
        assert_eq!(standing, Standing::Live);
        let standing = store.standing(access("bob"), NOW).await.unwrap();
        assert_eq!(standing, Standing::SessionEnded);
    }
}

#[tokio::test]
async fn a_hung_server_is_a_timeout_first() {
    let mut server = RedisServer::start();
    let store = RedisStore::connect(&server.url()).await.unwrap();
    server.stop();
    let answer = store.standing(access("alice"), NOW).await;
    assert!(matches!(answer, Err(StoreError::Timeout(_))), "{answer:?}");
    let answer = RedisStore::builder(&server.url()).lazy().unwrap().ping().await;
    assert!(matches!(answer, Err(StoreError::Timeout(_))), "{answer:?}");
    server.cont();
}

/// The client's own manager never dials again after a handshake that the server refused.
#[tokio::test]
async fn a_refused_handshake_is_not_the_end() {
    let server = RedisServer::start_with(&["--requirepass", "first"]);
    let url = server.url().replace("redis://", "redis://:first@");
    let store = RedisStore::connect(&url).await.unwrap();
    server.cli(&["--no-auth-warning", "-a", "first", "CONFIG", "SET", "requirepass", "second"]);
    server.cli(&["--no-auth-warning", "-a", "second", "CLIENT", "KILL", "TYPE", "normal"]);
    let answer = store.standing(access("alice"), NOW).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    server.cli(&["--no-auth-warning", "-a", "second", "CONFIG", "SET", "requirepass", "first"]);
    recovered(async || store.ping().await).await;
}

/// Sessions are opened and ended while the server is killed and restarted; whatever was answered
/// holds ever after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_logout_survives_kill_and_restart() {
    const WORKERS: usize = 8;
    let mut server = RedisServer::durable();
    let stop = Arc::new(AtomicBool::new(false));
    let rounds = Arc::new(AtomicUsize::new(0));
    let failures = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..WORKERS)
        .map(|worker| {
            let store = RedisStore::lazy(&server.url()).unwrap();
            let (stop, rounds) = (Arc::clone(&stop), Arc::clone(&rounds));
            let failures = Arc::clone(&failures);
            tokio::spawn(async move {
                let mut ended: VecDeque<String> = VecDeque::new();
                for round in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let subject = format!("{worker}-{round}");
                    match log_in_and_out(&store, &subject, round).await {
                        Ok(()) => ended.push_back(subject),
                        Err(_) => _ = failures.fetch_add(1, Ordering::SeqCst),
                    }
                    rounds.fetch_add(1, Ordering::SeqCst);
                    for subject in ended.iter().rev().take(5) {
                        assert_stays_out(store.standing(access(subject), NOW).await, subject);
                    }
                    ended.truncate(1_000);
                }
                (store, ended)
            })
        })
        .collect();

    for _ in 0..3 {
        wait_for(&rounds, 100).await;
        server.kill();
        wait_for(&rounds, 20).await;
        server.restart();
    }
    wait_for(&rounds, 100).await;
    stop.store(true, Ordering::SeqCst);

    let mut checked = 0;
    for worker in workers {
        let (store, ended) = worker.await.unwrap();
        for subject in ended {
            let standing = recovered(async || store.standing(access(&subject), NOW).await).await;
            assert_stays_out(Ok(standing), &subject);
            let rotation = store.rotate(step(&subject, "refresh-2", "refresh-3")).await.unwrap();
            assert_eq!(rotation, Rotation::SessionEnded, "{subject}");
            checked += 1;
        }
    }
    assert!(checked >= 100, "only {checked} logouts were acknowledged");
    assert!(failures.load(Ordering::SeqCst) > 0, "the outages were not noticed");
}

/// Ends a session in one of the three ways, after its token was good and had been rotated.
async fn log_in_and_out(store: &RedisStore, subject: &str, round: usize) -> Result<(), StoreError> {
    store.open_session(session(subject)).await?;
    let standing = store.standing(access(subject), NOW).await?;
    assert_eq!(standing, Standing::Live, "{subject} has just logged in");
    let rotation = store.rotate(step(subject, "refresh-1", "refresh-2")).await?;
    assert_eq!(rotation, ROTATED, "{subject}");
    match round % 3 {
        0 => store.end_all_sessions(subject, NOW).await,
        1 => store.end_session(subject, "sid-1", NOW).await.map(drop),
        _ => {
            let reuse = store.rotate(step(subject, "refresh-1", "refresh-2")).await?;
            assert!(matches!(reuse, Rotation::Reused | Rotation::SessionEnded), "{reuse:?}");
            Ok(())
        }
    }
}

#[track_caller]
fn assert_stays_out(standing: Result<Standing, StoreError>, subject: &str) {
    assert!(
        matches!(standing, Ok(Standing::SessionEnded) | Err(_)),
        "{subject} was logged out, and then: {standing:?}"
    );
}
