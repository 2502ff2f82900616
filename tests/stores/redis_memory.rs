//! What sessions and revocations cost in Redis, with the ids that authorities make, and how long
//! a subject with a great many sessions keeps everybody else waiting.
//!
//! Bytes do not depend on the machine. The bounds leave room for another version of the server.

use std::time::Duration;

use jwt_runtime::{Device, RedisStore, TokenRef, TokenStore, TokenType};
use jwt_tests::redis::RedisServer;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{KEEP_UNTIL, NOW, connected, session};

fn new_id() -> String {
    Uuid::now_v7().to_string()
}

fn new_ids(count: usize) -> Vec<String> {
    (0..count).map(|_| new_id()).collect()
}

/// Opens a session of a month, and returns its id.
async fn open(store: &RedisStore, subject: &str, device: Device<'static>) -> String {
    let (session_id, refresh_token_id) = (new_id(), new_id());
    let mut session = session(subject);
    session.session_id = &session_id;
    session.refresh_token_id = Some(&refresh_token_id);
    session.device = device;
    session.expires_at = NOW + Duration::from_secs(30 * 86_400);
    session.keep_until = session.expires_at + Duration::from_secs(120);
    store.open_session(session).await.unwrap();
    session_id
}

async fn open_each(store: &RedisStore, subjects: &[String], each: usize) {
    let mut logins = JoinSet::new();
    for part in subjects.chunks(subjects.len().div_ceil(64)) {
        let (store, part) = (store.clone(), part.to_vec());
        logins.spawn(async move {
            for subject in part {
                for _ in 0..each {
                    open(&store, &subject, Device::default()).await;
                }
            }
        });
    }
    logins.join_all().await;
}

async fn revoke_each(store: &RedisStore, subjects: &[String], each: usize) {
    let mut revocations = JoinSet::new();
    for part in subjects.chunks(subjects.len().div_ceil(64)) {
        let (store, part) = (store.clone(), part.to_vec());
        revocations.spawn(async move {
            for subject in part {
                for _ in 0..each {
                    let token = TokenRef {
                        subject: &subject,
                        session_id: "sid-1",
                        token_id: &new_id(),
                        token_type: TokenType::Access,
                    };
                    store.revoke_token(token, NOW, KEEP_UNTIL).await.unwrap();
                }
            }
        });
    }
    revocations.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_takes_a_few_hundred_bytes() {
    const SESSIONS: usize = 40_000;
    // Beside a subject's own key there is that of its slot, which weighs the less the more there
    // are: with 40,000 subjects 38 bytes each, with a million two.
    for (each, bound) in [(1, 350), (4, 210)] {
        let server = RedisServer::start();
        let store = connected(&server.url()).await;
        let subjects = new_ids(SESSIONS / each);
        let before = used_memory(&server);
        open_each(&store, &subjects, each).await;
        let bytes = (used_memory(&server) - before) / SESSIONS;
        println!("{each} per subject: {bytes} bytes per session");
        assert!(bytes <= bound, "{bytes} bytes for each of {each}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_takes_less_than_a_hundred_bytes() {
    const SUBJECTS: usize = 5_000;
    const EACH: usize = 10;
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let subjects = new_ids(SUBJECTS);
    open_each(&store, &subjects, 1).await;
    let before = used_memory(&server);
    revoke_each(&store, &subjects, EACH).await;
    let bytes = (used_memory(&server) - before) / (SUBJECTS * EACH);
    println!("{bytes} bytes per revoked token");
    assert!(bytes <= 80, "{bytes} bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_with_ten_thousand_sessions_keeps_nobody_waiting() {
    const MANY: usize = 10_000;
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let device = Device { label: Some("Firefox on Linux"), ..Device::default() };
    let mut logins = JoinSet::new();
    for _ in 0..MANY {
        let store = store.clone();
        logins.spawn(async move { open(&store, "alice", device).await });
    }
    let kept = logins.join_all().await.pop().unwrap();
    let spent = |command: &str| {
        let spent = server_time(&server, command);
        server.cli(&["CONFIG", "RESETSTAT"]);
        spent
    };
    // So that no script has to be compiled.
    assert!(!store.end_other_sessions("bob", &kept, NOW).await.unwrap());

    spent("evalsha");
    open(&store, "alice", device).await;
    let one_more = spent("evalsha");
    assert!(store.end_other_sessions("alice", &kept, NOW).await.unwrap());
    let others = spent("evalsha");
    assert_eq!(store.sessions("alice", NOW).await.unwrap().len(), 1);
    store.end_all_sessions("alice", NOW).await.unwrap();
    let all = spent("unlink");
    println!("one more: {one_more:?}, end of others: {others:?}, end of all: {all:?}");
    // A small part of what going through all of them takes on the same machine, busy or not.
    assert!(one_more * 4 < others, "{one_more:?} of {others:?}");
    assert!(all * 20 < others, "{all:?} of {others:?}");
    assert!(others < Duration::from_secs(1), "{others:?}");
}

fn used_memory(server: &RedisServer) -> usize {
    let info = server.cli(&["INFO", "memory"]);
    let used = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
    used.and_then(|used| used.trim().parse().ok()).expect("a number of bytes")
}

/// How long the server was busy with a command since its statistics were reset.
fn server_time(server: &RedisServer, command: &str) -> Duration {
    let info = server.cli(&["INFO", "commandstats"]);
    let line = info.lines().find(|line| line.starts_with(&format!("cmdstat_{command}:")));
    let spent = line.and_then(|line| line.split("usec=").nth(1)?.split(',').next()?.parse().ok());
    Duration::from_micros(spent.expect("the time of a command that was used"))
}
