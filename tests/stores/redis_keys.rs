//! What `RedisStore` leaves in Redis, and what becomes of a session when it is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use jwt_runtime::{RedisStore, Rotation, Standing, StoreError, TokenStore};
use jwt_tests::redis::RedisServer;

use super::{EXPIRES_AT, KEEP_UNTIL, NOW, ROTATED, access, connected, session, step};

/// A little of everything, ended and not.
async fn mixed_workload(store: &RedisStore) {
    for subject in ["alice", "bob", "carol d'été {x}"] {
        store.open_session(session(subject)).await.unwrap();
        for number in 2..5 {
            let id = format!("sid-{number}");
            let mut other = session(subject);
            other.session_id = &id;
            store.open_session(other).await.unwrap();
        }
        assert_eq!(store.rotate(step(subject)).await.unwrap(), ROTATED);
        store.revoke_token(access(subject), NOW, KEEP_UNTIL).await.unwrap();
        let mut reuse = step(subject);
        reuse.session_id = "sid-2";
        reuse.presented = "refresh-0";
        assert_eq!(store.rotate(reuse).await.unwrap(), Rotation::Reused);
        assert!(store.end_session(subject, "sid-3", NOW).await.unwrap());
    }
    store.end_all_sessions("bob", NOW).await.unwrap();
}

#[tokio::test]
async fn every_key_has_a_time_to_live() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    mixed_workload(&store).await;
    let keys = server.keys();
    assert!(keys.len() > 8, "{keys:?}");
    let longest = KEEP_UNTIL.since(NOW).as_secs();
    for key in keys {
        let ttl: i64 = server.cli(&["TTL", &key]).parse().unwrap();
        assert!(ttl > 0 && ttl as u64 <= longest, "{key} lives for {ttl} s");
    }
}

#[tokio::test]
async fn a_longer_session_prolongs_what_it_needs_and_a_shorter_one_does_not_shorten_it() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    let mut longer = step("alice");
    longer.keep_until = KEEP_UNTIL + Duration::from_secs(10_000);
    store.rotate(longer).await.unwrap();
    let mut shorter = session("alice");
    shorter.session_id = "sid-2";
    store.open_session(shorter).await.unwrap();

    let needed = longer.keep_until.since(NOW).as_secs();
    for key in ["jwt:{alice}:subject", "jwt:{alice}:sessions", "jwt:{alice}:session:sid-1"] {
        let ttl: u64 = server.cli(&["TTL", key]).parse().unwrap();
        assert!(ttl + 60 > needed, "{key} lives for {ttl} s, not {needed}");
    }
    let ttl: u64 = server.cli(&["TTL", "jwt:{alice}:session:sid-2"]).parse().unwrap();
    assert!(ttl <= KEEP_UNTIL.since(NOW).as_secs());
}

#[tokio::test]
async fn a_record_whose_time_is_over_lives_for_one_second() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.revoke_token(access("alice"), KEEP_UNTIL, NOW).await.unwrap();
    let ttl: i64 = server.cli(&["PTTL", "jwt:{alice}:revoked:access-1"]).parse().unwrap();
    assert!(ttl <= 1_000, "{ttl} ms");
}

#[tokio::test]
async fn a_revocation_is_never_shortened() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    store.revoke_token(access("alice"), NOW, NOW + Duration::from_secs(60)).await.unwrap();
    let ttl: u64 = server.cli(&["TTL", "jwt:{alice}:revoked:access-1"]).parse().unwrap();
    assert!(ttl > 3_600, "{ttl} s");
}

#[tokio::test]
async fn the_index_forgets_what_has_expired() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let index = || server.cli(&["ZRANGE", "jwt:{alice}:sessions", "0", "-1"]);
    let open = async |id, now| {
        let mut session = session("alice");
        (session.session_id, session.now) = (id, now);
        session.expires_at = now + Duration::from_secs(60);
        store.open_session(session).await.unwrap();
    };
    open("sid-1", NOW).await;
    open("sid-2", NOW).await;
    assert_eq!(index(), "sid-1\nsid-2");
    let mut later = step("alice");
    later.now = NOW + Duration::from_secs(60);
    later.expires_at = NOW + Duration::from_secs(120);
    assert_eq!(store.rotate(later).await.unwrap(), ROTATED);
    assert_eq!(index(), "sid-1");
    open("sid-3", NOW + Duration::from_secs(120)).await;
    assert_eq!(index(), "sid-3");
}

#[tokio::test]
async fn keys_and_values_are_the_documented_ones() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice@example.com")).await.unwrap();
    store.revoke_token(access("alice@example.com"), NOW, KEEP_UNTIL).await.unwrap();
    assert_eq!(
        server.keys(),
        [
            "jwt:{alice@example.com}:revoked:access-1",
            "jwt:{alice@example.com}:session:sid-1",
            "jwt:{alice@example.com}:sessions",
            "jwt:{alice@example.com}:subject",
        ]
    );
    let nonce = server.cli(&["GET", "jwt:{alice@example.com}:subject"]);
    assert_eq!(nonce.len(), 32, "{nonce}");
    assert_eq!(
        server.cli(&["GET", "jwt:{alice@example.com}:session:sid-1"]),
        format!("{nonce} refresh-1 {NOW} {NOW} {EXPIRES_AT} Firefox")
    );
    assert_eq!(server.cli(&["GET", "jwt:{alice@example.com}:revoked:access-1"]), "1");
    assert_eq!(
        server.cli(&["ZRANGE", "jwt:{alice@example.com}:sessions", "0", "-1", "WITHSCORES"]),
        format!("sid-1\n{EXPIRES_AT}")
    );
}

#[tokio::test]
async fn keys_of_a_subject_share_a_slot_under_any_prefix() {
    let server = RedisServer::start();
    for prefix in ["jwt", "", "{shop}", "my app", "a{b"] {
        let store = RedisStore::builder(&server.url()).key_prefix(prefix).connect().await.unwrap();
        store.open_session(session("al}ice{")).await.unwrap();
        store.revoke_token(access("al}ice{"), NOW, KEEP_UNTIL).await.unwrap();
        let keys = server.keys();
        assert_eq!(keys.len(), 4, "{keys:?}");
        let slots: BTreeSet<String> = keys.iter().map(|key| hash_slot(key)).collect();
        assert_eq!(slots.len(), 1, "{keys:?}");
        server.cli(&["FLUSHALL"]);
    }
}

/// What Redis Cluster hashes: the text between the first `{` and the next `}`, unless it is empty.
fn hash_slot(key: &str) -> String {
    key.split_once('{')
        .and_then(|(_, rest)| rest.split_once('}'))
        .map(|(tag, _)| tag)
        .filter(|tag| !tag.is_empty())
        .unwrap_or(key)
        .to_owned()
}

#[tokio::test]
async fn stores_with_different_prefixes_do_not_meet() {
    let server = RedisServer::start();
    let ours = connected(&server.url()).await;
    let theirs = RedisStore::builder(&server.url()).key_prefix("shop").connect().await.unwrap();
    ours.open_session(session("alice")).await.unwrap();
    let standing = theirs.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    theirs.end_all_sessions("alice", NOW).await.unwrap();
    assert_eq!(ours.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
}

#[tokio::test]
async fn a_subject_key_that_is_lost_ends_its_sessions_for_good() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    server.cli(&["UNLINK", "jwt:{alice}:subject"]);
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    assert_eq!(store.sessions("alice", NOW).await.unwrap(), vec![]);

    let mut next = session("alice");
    next.session_id = "sid-2";
    store.open_session(next).await.unwrap();
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    assert_eq!(store.rotate(step("alice")).await.unwrap(), Rotation::SessionEnded);
    assert!(!store.end_session("alice", "sid-1", NOW).await.unwrap());
}

#[tokio::test]
async fn a_session_under_a_lost_subject_key_is_not_listed() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    server.cli(&["UNLINK", "jwt:{alice}:subject"]);
    let mut next = session("alice");
    next.session_id = "sid-2";
    store.open_session(next).await.unwrap();
    let listed = store.sessions("alice", NOW).await.unwrap();
    let ids: Vec<&str> = listed.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(ids, ["sid-2"]);
}

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
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_an_error() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let key = "jwt:{alice}:session:sid-1";
    store.open_session(session("alice")).await.unwrap();
    let nonce = server.cli(&["GET", "jwt:{alice}:subject"]);
    let truncated = format!("{nonce} refresh-1 1 2");
    let words = format!("{nonce} refresh-1 one two three");
    let glued = format!("{nonce} refresh-1 1 2 3x");
    for value in ["", "x", " ", "\u{ff}", &nonce, &truncated, &words, &glued] {
        server.cli(&["SET", key, value]);
        assert_unreadable(store.standing(access("alice"), NOW).await, value);
        assert_unreadable(store.rotate(step("alice")).await, value);
        assert_unreadable(store.sessions("alice", NOW).await, value);
        assert_eq!(server.cli(&["GET", key]), value.trim_end(), "it was left as it was");
    }
    store.end_session("alice", "sid-1", NOW).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::SessionEnded);
}

#[tokio::test]
async fn a_key_of_another_type_never_helps_a_token() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    for key in ["jwt:{alice}:session:sid-1", "jwt:{alice}:subject", "jwt:{alice}:sessions"] {
        store.open_session(session("alice")).await.unwrap();
        server.cli(&["DEL", key]);
        server.cli(&["LPUSH", key, "x"]);
        let rotation = store.rotate(step("alice")).await;
        assert!(matches!(rotation, Err(StoreError::Unavailable(_))), "{key}: {rotation:?}");
        if !key.ends_with("sessions") {
            // `MGET` reads it as absent.
            let standing = store.standing(access("alice"), NOW).await.unwrap();
            assert_eq!(standing, Standing::SessionEnded, "{key}");
        }
        let ended = store.end_session("alice", "sid-1", NOW).await;
        assert!(matches!(ended, Err(StoreError::Unavailable(_))), "{key}: {ended:?}");
        store.end_all_sessions("alice", NOW).await.unwrap();
        server.cli(&["FLUSHALL"]);
    }
}

#[track_caller]
fn assert_unreadable<T: std::fmt::Debug>(answer: Result<T, StoreError>, value: &str) {
    match answer {
        Err(StoreError::Unavailable(error)) => {
            assert!(error.to_string().contains("could not be read"), "{error}");
        }
        other => panic!("{value:?} was read as {other:?}"),
    }
}
