//! Whatever Redis loses, sessions end by it, and no token that was refused is accepted again.

use jwt_runtime::{Opening, RedisStore, Rotation, SessionLimit, Standing, TokenRef, TokenStore};
use jwt_tests::redis::RedisServer;
use tokio::task::JoinSet;

use super::{KEEP_UNTIL, NOW, ROTATED, access, connected, session, step};

#[tokio::test]
async fn losing_everything_ends_every_session() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    server.cli(&["FLUSHALL"]);
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    assert_eq!(store.rotate(step("alice")).await.unwrap(), Rotation::SessionEnded);

    let mut next = session("alice");
    next.session_id = "sid-2";
    store.open_session(next).await.unwrap();
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
}

#[tokio::test]
async fn an_epoch_that_is_lost_ends_its_sessions_for_good() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    let epoch = epochs(&server).pop().unwrap();
    server.cli(&["UNLINK", &epoch]);
    assert_ended(&store).await;

    // The next login makes another epoch, which is no good for what came before it.
    let mut next = session("alice");
    next.session_id = "sid-2";
    store.open_session(next).await.unwrap();
    assert_ended(&store).await;
    let listed = store.sessions("alice", NOW).await.unwrap();
    let ids: Vec<&str> = listed.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(ids, ["sid-2"]);
    assert!(!store.end_other_sessions("alice", "sid-1", NOW).await.unwrap());

    store.open_session(session("bob")).await.unwrap();
    for epoch in epochs(&server) {
        server.cli(&["UNLINK", &epoch]);
    }
    assert!(!store.end_session("bob", "sid-1", NOW).await.unwrap());
}

async fn assert_ended(store: &RedisStore) {
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    assert_eq!(store.rotate(step("alice")).await.unwrap(), Rotation::SessionEnded);
    assert!(!store.sessions("alice", NOW).await.unwrap().iter().any(|listed| listed.id == "sid-1"));
}

#[tokio::test]
async fn a_session_that_ended_with_every_other_stays_ended_in_every_slot() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let subjects: Vec<String> = (0..2_000).map(|number| format!("user-{number}")).collect();
    for subject in &subjects {
        store.open_session(session(subject)).await.unwrap();
    }
    let slots = epochs(&server).len();
    assert!(slots > 1_500, "{slots} slots");
    store.end_every_session(NOW).await.unwrap();
    assert_eq!(epochs(&server), Vec::<String>::new());
    // A login into every slot brings the epochs back, and no session.
    for subject in &subjects {
        let mut next = session(subject);
        next.session_id = "sid-2";
        next.limit = Some(SessionLimit::Refuse(1));
        assert_eq!(store.open_session(next).await.unwrap(), Opening::Opened);
    }
    assert_eq!(epochs(&server).len(), slots);
    for subject in &subjects {
        let standing = store.standing(access(subject), NOW).await.unwrap();
        assert_eq!(standing, Standing::SessionEnded, "{subject}");
        let listed = store.sessions(subject, NOW).await.unwrap();
        let ids: Vec<&str> = listed.iter().map(|session| session.id.as_str()).collect();
        assert_eq!(ids, ["sid-2"], "{subject}");
    }
}

/// Half of the subjects have revoked an access token, a quarter is of before the end of every
/// session, and then Redis evicts most of what it has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eviction_revives_nothing() {
    const SUBJECTS: usize = 4_000;
    for policy in ["volatile-lru", "volatile-ttl", "allkeys-lru", "allkeys-random"] {
        let server = RedisServer::start();
        let store = connected(&server.url()).await;
        let subjects: Vec<String> = (0..SUBJECTS).map(|number| format!("user-{number}")).collect();
        let (old, young) = subjects.split_at(SUBJECTS / 4);
        open_all(&store, old).await;
        store.end_every_session(NOW).await.unwrap();
        open_all(&store, young).await;
        let (revoked, living) = young.split_at(SUBJECTS / 2);
        for subject in revoked {
            store.revoke_token(access(subject), NOW, KEEP_UNTIL).await.unwrap();
        }

        let used: usize = info(&server, "memory", "used_memory:");
        server.cli(&["CONFIG", "SET", "maxmemory-policy", policy]);
        server.cli(&["CONFIG", "SET", "maxmemory", &used.to_string()]);
        let newcomers: Vec<String> =
            (0..SUBJECTS).map(|number| format!("newcomer-{number}")).collect();
        open_all(&store, &newcomers).await;
        let evicted = info(&server, "stats", "evicted_keys:");
        assert!(evicted > SUBJECTS / 4, "{policy}: {evicted} evicted");
        // Epochs that were evicted come back with the next login in their slot.
        server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
        for (number, subject) in subjects.iter().enumerate() {
            let id = format!("next-{number}");
            let mut next = session(subject);
            next.session_id = &id;
            store.open_session(next).await.unwrap();
        }

        let accepted_again = count_live(&store, old).await + count_live(&store, revoked).await;
        let logged_out = living.len() - count_live(&store, living).await;
        println!("{policy}: {evicted} keys evicted, {logged_out} of {} sessions", living.len());
        assert_eq!(accepted_again, 0, "{policy}: {evicted} keys evicted");
    }
}

async fn open_all(store: &RedisStore, subjects: &[String]) {
    let mut logins = JoinSet::new();
    for part in subjects.chunks(subjects.len().div_ceil(32)) {
        let (store, part) = (store.clone(), part.to_vec());
        logins.spawn(async move {
            for subject in part {
                store.open_session(session(&subject)).await.unwrap();
            }
        });
    }
    logins.join_all().await;
}

async fn count_live(store: &RedisStore, subjects: &[String]) -> usize {
    let mut live = 0;
    for subject in subjects {
        let standing = store.standing(access(subject), NOW).await.unwrap();
        live += usize::from(standing == Standing::Live);
    }
    live
}

/// A revocation is not lost where the session that it belongs to is kept.
#[tokio::test]
async fn a_revocation_outlives_the_sessions_that_end_around_it() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    let mut other = session("alice");
    other.session_id = "sid-2";
    store.open_session(other).await.unwrap();
    assert!(store.end_other_sessions("alice", "sid-1", NOW).await.unwrap());
    assert_eq!(store.rotate(step("alice")).await.unwrap(), ROTATED);
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Revoked);
    let next = TokenRef { token_id: "access-2", ..access("alice") };
    assert_eq!(store.standing(next, NOW).await.unwrap(), Standing::Live);
}

fn info(server: &RedisServer, section: &str, name: &str) -> usize {
    let info = server.cli(&["INFO", section]);
    let value = info.lines().find_map(|line| line.strip_prefix(name)).expect("a line of INFO");
    value.trim().parse().expect("a number")
}

fn epochs(server: &RedisServer) -> Vec<String> {
    server.keys().into_iter().filter(|key| key.ends_with(":epoch")).collect()
}

/// A session of an older epoch is nothing that could be kept.
#[tokio::test]
async fn of_sessions_that_have_all_ended_none_is_kept() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    store.end_every_session(NOW).await.unwrap();
    // Somebody else's login makes the epoch that the session is not of.
    store.open_session(session("alice-2")).await.unwrap();
    let mut other = session("alice");
    other.session_id = "sid-2";
    store.open_session(other).await.unwrap();
    assert!(!store.end_other_sessions("alice", "sid-1", NOW).await.unwrap());
    assert_eq!(store.sessions("alice", NOW).await.unwrap(), vec![]);
    assert_eq!(server.cli(&["EXISTS", "jwt:{alice}"]).trim(), "0");
}
