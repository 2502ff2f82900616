//! Fields whose time is over are removed by later writes, none too early, and never too few.

use std::time::Duration;

use jwt_runtime::{NumericDate, RedisStore, Standing, TokenStore};
use jwt_tests::redis::RedisServer;

use super::{KEEP_UNTIL, NOW, ROTATED, access, connected, session, step};

const HOUR: Duration = Duration::from_secs(3_600);

fn names(server: &RedisServer) -> Vec<String> {
    let mut names: Vec<String> =
        server.cli(&["HKEYS", "jwt:{alice}"]).lines().map(str::to_owned).collect();
    names.sort();
    names
}

async fn revoke(store: &RedisStore, token_id: &str, now: NumericDate) {
    let mut token = access("alice");
    token.token_id = token_id;
    store.revoke_token(token, now, now + Duration::from_secs(60)).await.unwrap();
}

#[tokio::test]
async fn what_is_over_by_an_hour_goes_with_the_next_write() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    revoke(&store, "first", NOW).await;
    let mut kept = session("alice");
    kept.session_id = "sid-2";
    kept.expires_at = NOW + 100 * HOUR;
    kept.keep_until = NOW + 100 * HOUR;
    store.open_session(kept).await.unwrap();
    let all = ["device:sid-1", "device:sid-2", "revoked:first", "session:sid-1", "session:sid-2"];
    assert_eq!(names(&server), all);

    let almost = NumericDate::from_secs((KEEP_UNTIL + HOUR).as_secs() - 1);
    revoke(&store, "second", almost).await;
    assert_eq!(
        names(&server),
        ["device:sid-1", "device:sid-2", "revoked:second", "session:sid-1", "session:sid-2",]
    );

    revoke(&store, "third", KEEP_UNTIL + HOUR).await;
    let left = ["device:sid-2", "revoked:second", "revoked:third", "session:sid-2"];
    assert_eq!(names(&server), left);
}

#[tokio::test]
async fn every_write_sweeps_and_spares_what_it_writes() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let later = NOW + 10 * HOUR;
    for way in 0..3 {
        revoke(&store, "first", NOW).await;
        let mut next = session("alice");
        next.now = later;
        next.expires_at = later + HOUR;
        next.keep_until = later + 2 * HOUR;
        match way {
            0 => store.open_session(next).await.map(drop).unwrap(),
            1 => {
                next.now = NOW;
                store.open_session(next).await.unwrap();
                let mut step = step("alice");
                (step.now, step.expires_at, step.keep_until) = (later, later, later + HOUR);
                assert_eq!(store.rotate(step).await.unwrap(), ROTATED);
            }
            _ => revoke(&store, "first", later).await,
        }
        let left =
            if way == 2 { vec!["revoked:first"] } else { vec!["device:sid-1", "session:sid-1"] };
        assert_eq!(names(&server), left, "way {way}");
        store.end_all_sessions("alice", NOW).await.unwrap();
    }
}

#[tokio::test]
async fn sessions_of_an_older_epoch_and_devices_without_session_go_at_once() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    store.end_every_session(NOW).await.unwrap();
    let mut next = session("alice");
    next.session_id = "sid-2";
    store.open_session(next).await.unwrap();
    assert_eq!(names(&server), ["device:sid-2", "session:sid-2"]);

    server.cli(&["HDEL", "jwt:{alice}", "session:sid-2"]);
    let mut next = session("alice");
    next.session_id = "sid-3";
    store.open_session(next).await.unwrap();
    assert_eq!(names(&server), ["device:sid-3", "session:sid-3"]);
}

/// What is left of an earlier session of that id must not take the new one along.
#[tokio::test]
async fn a_session_that_is_opened_again_is_not_swept() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    for way in 0..3 {
        store.open_session(session("alice")).await.unwrap();
        let mut again = session("alice");
        match way {
            0 => store.end_every_session(NOW).await.unwrap(),
            1 => {
                again.now = KEEP_UNTIL + 2 * HOUR;
                again.expires_at = again.now + HOUR;
                again.keep_until = again.now + HOUR;
            }
            _ => drop(server.cli(&["HDEL", "jwt:{alice}", "session:sid-1"])),
        }
        store.open_session(again).await.unwrap();
        let standing = store.standing(access("alice"), again.now).await.unwrap();
        assert_eq!(standing, Standing::Live, "way {way}");
        assert_eq!(names(&server), ["device:sid-1", "session:sid-1"], "way {way}");
        store.end_all_sessions("alice", NOW).await.unwrap();
    }
}

/// Somebody who logs in and out all day, every token revoked, for as long as the key lives.
#[tokio::test]
async fn the_hash_of_a_busy_subject_is_bounded() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let mut most = 0;
    // 60 tokens per hour, each to be kept for an hour at most: with the hour more, 120 count.
    for minute in 0..3_000_u32 {
        let now = NOW + minute * Duration::from_secs(60);
        revoke(&store, &format!("token-{minute}"), now).await;
        if minute % 100 == 99 {
            let length: u32 = server.cli(&["HLEN", "jwt:{alice}"]).parse().unwrap();
            most = most.max(length);
        }
    }
    // A minute each and an hour more makes 61.
    assert!((61..90).contains(&most), "{most} fields");
    let last = NOW + 2_999 * Duration::from_secs(60);
    let mut token = access("alice");
    token.token_id = "token-2999";
    assert_eq!(store.standing(token, last).await.unwrap(), Standing::Revoked);
}
