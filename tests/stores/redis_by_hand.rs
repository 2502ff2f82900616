//! What becomes of sessions when somebody else changes what is in Redis.

use jwt_runtime::{Rotation, Standing, StoreError, TokenStore, TokenType};
use jwt_tests::redis::RedisServer;

use super::{KEEP_UNTIL, NOW, access, connected, session, step};

#[tokio::test]
async fn a_session_that_is_deleted_by_hand_has_ended() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    let mut other = session("alice");
    other.session_id = "sid-2";
    store.open_session(other).await.unwrap();

    server.cli(&["HDEL", "jwt:{alice}", "session:sid-1"]);
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    assert_eq!(store.rotate(step("alice")).await.unwrap(), Rotation::SessionEnded);
    assert!(!store.end_session("alice", "sid-1", NOW).await.unwrap());
    let listed = store.sessions("alice", NOW).await.unwrap();
    let ids: Vec<&str> = listed.iter().map(|session| session.id.as_str()).collect();
    assert_eq!(ids, ["sid-2"]);
}

#[tokio::test]
async fn a_subject_that_is_deleted_by_hand_has_no_session() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    server.cli(&["UNLINK", "jwt:{alice}"]);
    for token_type in [TokenType::Access, TokenType::Refresh] {
        let mut token = access("alice");
        token.token_type = token_type;
        assert_eq!(store.standing(token, NOW).await.unwrap(), Standing::SessionEnded);
    }
    assert_eq!(store.rotate(step("alice")).await.unwrap(), Rotation::SessionEnded);
    assert_eq!(store.sessions("alice", NOW).await.unwrap(), vec![]);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_an_error() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    let good = server.cli(&["HGET", "jwt:{alice}", "session:sid-1"]);
    let epoch = good.split(' ').next().unwrap().to_owned();
    let glued = format!("{good}x");
    let short = good.rsplit_once(' ').unwrap().0.to_owned();
    let words = format!("{epoch} .refresh-1 one two three four");
    let double = good.replacen(' ', "  ", 1);
    let beyond = format!("{epoch} .refresh-1 99999999999999 0 1 1");
    let more = format!("{good} .refresh-0 .refresh-00");
    for value in ["", "x", " ", "\u{ff}", &epoch, &glued, &short, &words, &double, &more] {
        server.cli(&["HSET", "jwt:{alice}", "session:sid-1", value]);
        assert_unreadable(store.standing(access("alice"), NOW).await, value);
        assert_unreadable(store.rotate(step("alice")).await, value);
        assert_unreadable(store.sessions("alice", NOW).await, value);
        let mut limited = session("alice");
        limited.session_id = "sid-2";
        limited.limit = Some(jwt_runtime::SessionLimit::EndOldest(1));
        assert_unreadable(store.open_session(limited).await, value);
        let left = server.cli(&["HGET", "jwt:{alice}", "session:sid-1"]);
        assert_eq!(left, value.trim_end(), "it was left as it was");
    }
    server.cli(&["HSET", "jwt:{alice}", "session:sid-1", &beyond]);
    assert_unreadable(store.rotate(step("alice")).await, &beyond);

    assert!(!store.end_session("alice", "sid-1", NOW).await.unwrap());
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::SessionEnded);
}

#[tokio::test]
async fn a_device_that_cannot_be_read_is_an_error_of_the_list_only() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    for value in ["", "x", "a b c", "a b - d", "%zz - -"] {
        server.cli(&["HSET", "jwt:{alice}", "device:sid-1", value]);
        assert_unreadable(store.sessions("alice", NOW).await, value);
        assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    }
}

#[tokio::test]
async fn fields_of_others_are_left_alone() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    server.cli(&["HSET", "jwt:{alice}", "note", "x", "note:1", "1", "SESSION:1", "x"]);
    assert_eq!(store.sessions("alice", NOW).await.unwrap().len(), 1);
    assert!(store.end_other_sessions("alice", "sid-1", NOW).await.unwrap());
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    assert_eq!(server.cli(&["HMGET", "jwt:{alice}", "note", "note:1", "SESSION:1"]), "x\n1\nx");
}

#[tokio::test]
async fn a_key_of_another_type_is_an_error() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    for key in server.keys() {
        server.cli(&["DEL", &key]);
        server.cli(&["LPUSH", &key, "x"]);
        for answer in [
            store.open_session(session("alice")).await.map(drop),
            store.standing(access("alice"), NOW).await.map(drop),
            store.rotate(step("alice")).await.map(drop),
            store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await,
            store.end_session("alice", "sid-1", NOW).await.map(drop),
            store.end_other_sessions("alice", "sid-1", NOW).await.map(drop),
            store.sessions("alice", NOW).await.map(drop),
        ] {
            assert!(matches!(answer, Err(StoreError::Unreadable(_))), "{key}: {answer:?}");
        }
        // What only removes, removes that too.
        store.end_all_sessions("alice", NOW).await.unwrap();
        store.end_every_session(NOW).await.unwrap();
        store.open_session(session("alice")).await.unwrap();
        assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    }
}

#[track_caller]
fn assert_unreadable<T: std::fmt::Debug>(answer: Result<T, StoreError>, value: &str) {
    match answer {
        Err(StoreError::Unreadable(error)) => {
            assert!(error.to_string().contains("could not be read"), "{error}");
        }
        other => panic!("{value:?} was read as {other:?}"),
    }
}
