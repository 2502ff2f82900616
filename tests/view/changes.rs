//! Whatever changes in Redis, by whomever, is seen.

use std::time::Instant;

use jwt_runtime::{LocalView, RedisStore, RotationStep, Standing, TokenStore};
use jwt_tests::redis::RedisServer;

use super::{
    EXPIRES_AT, KEEP_UNTIL, NOW, PATIENCE, access, known_to_live, plain, session, standing, stats,
    viewing,
};

/// Another node, and one with a view that knows that the tokens of alice and bob live.
async fn nodes(server: &RedisServer) -> (RedisStore, RedisStore) {
    let other = plain(&server.url()).await;
    let node = viewing(&server.url(), LocalView::new()).await;
    for subject in ["alice", "bob"] {
        other.open_session(session(subject)).await.unwrap();
        known_to_live(&node, subject).await;
    }
    (other, node)
}

/// Asks until the answer for alice is `wanted`.
async fn comes_to_say(node: &RedisStore, wanted: Standing) {
    let start = Instant::now();
    loop {
        let found = standing(node, "alice").await;
        if found == wanted {
            return;
        }
        assert_eq!(found, Standing::Live);
        assert!(start.elapsed() < PATIENCE, "still {found:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_revoked_token_is_refused() {
    let server = RedisServer::start();
    let (other, node) = nodes(&server).await;
    other.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    comes_to_say(&node, Standing::Revoked).await;
    // And not only by the store.
    let before = stats(&node).hits;
    while stats(&node).hits == before {
        assert_eq!(standing(&node, "alice").await, Standing::Revoked);
    }
    known_to_live(&node, "bob").await;
}

#[tokio::test]
async fn a_logout_is_seen() {
    let server = RedisServer::start();
    let (other, node) = nodes(&server).await;
    assert!(other.end_session("alice", "sid-1", NOW).await.unwrap());
    comes_to_say(&node, Standing::SessionEnded).await;
    known_to_live(&node, "bob").await;
}

#[tokio::test]
async fn a_logout_from_all_devices_is_seen() {
    let server = RedisServer::start();
    let (other, node) = nodes(&server).await;
    other.end_all_sessions("alice", NOW).await.unwrap();
    comes_to_say(&node, Standing::SessionEnded).await;
    known_to_live(&node, "bob").await;
}

#[tokio::test]
async fn a_logout_from_other_devices_is_seen() {
    let server = RedisServer::start();
    let (other, node) = nodes(&server).await;
    let kept = jwt_runtime::NewSession { session_id: "sid-2", ..session("alice") };
    other.open_session(kept).await.unwrap();
    known_to_live(&node, "alice").await;
    assert!(other.end_other_sessions("alice", "sid-2", NOW).await.unwrap());
    comes_to_say(&node, Standing::SessionEnded).await;
}

#[tokio::test]
async fn the_end_of_every_session_is_seen() {
    let server = RedisServer::start();
    let (other, node) = nodes(&server).await;
    other.end_every_session(NOW).await.unwrap();
    comes_to_say(&node, Standing::SessionEnded).await;
    assert_eq!(standing(&node, "bob").await, Standing::SessionEnded);
}

#[tokio::test]
async fn a_reuse_is_seen() {
    let server = RedisServer::start();
    let (other, node) = nodes(&server).await;
    let step = RotationStep {
        subject: "alice",
        session_id: "sid-1",
        presented: "refresh-0",
        successor: "refresh-2",
        now: NOW,
        expires_at: EXPIRES_AT,
        keep_until: KEEP_UNTIL,
        grace: std::time::Duration::ZERO,
        session_lifetime: None,
        idle_timeout: None,
    };
    assert_eq!(other.rotate(step).await.unwrap(), jwt_runtime::Rotation::Reused);
    comes_to_say(&node, Standing::SessionEnded).await;
}

#[tokio::test]
async fn a_rotation_changes_nothing_for_access_tokens() {
    let server = RedisServer::start();
    let (other, node) = nodes(&server).await;
    let mut presented = "refresh-1".to_owned();
    for number in 2..50 {
        let successor = format!("refresh-{number}");
        let step = RotationStep {
            subject: "alice",
            session_id: "sid-1",
            presented: &presented,
            successor: &successor,
            now: NOW,
            expires_at: EXPIRES_AT,
            keep_until: KEEP_UNTIL,
            grace: std::time::Duration::ZERO,
            session_lifetime: None,
            idle_timeout: None,
        };
        let before = stats(&node).invalidations;
        other.rotate(step).await.unwrap();
        assert_eq!(standing(&node, "alice").await, Standing::Live);
        super::until(|| stats(&node).invalidations > before).await;
        presented = successor;
    }
    known_to_live(&node, "alice").await;
}

#[tokio::test]
async fn a_login_on_another_node_is_good_at_once() {
    let server = RedisServer::start();
    let (other, node) = nodes(&server).await;
    for number in 0..500 {
        let subject = format!("user-{number}");
        assert_eq!(standing(&node, &subject).await, Standing::SessionEnded);
        assert_eq!(standing(&node, &subject).await, Standing::SessionEnded);
        other.open_session(session(&subject)).await.unwrap();
        assert_eq!(standing(&node, &subject).await, Standing::Live, "{subject}");
    }
}

#[tokio::test]
async fn changes_by_hand_are_seen() {
    let commands: [&[&str]; 8] = [
        &["HDEL", "jwt:{alice}", "session:sid-1"],
        &["DEL", "jwt:{alice}"],
        &["UNLINK", "jwt:{alice}"],
        &["EXPIRE", "jwt:{alice}", "0"],
        &["RENAME", "jwt:{alice}", "jwt:{mallory}"],
        &["MOVE", "jwt:{alice}", "1"],
        &["FLUSHDB"],
        &["FLUSHALL", "ASYNC"],
    ];
    for command in commands {
        let server = RedisServer::start();
        let (_, node) = nodes(&server).await;
        server.cli(command);
        comes_to_say(&node, Standing::SessionEnded).await;
    }
}

/// Redis says that a key has expired when it comes across it, which may be long after.
#[tokio::test]
async fn an_expiry_that_redis_has_not_noticed_is_seen() {
    let server = RedisServer::start_with(&["--enable-debug-command", "yes"]);
    let (_, node) = nodes(&server).await;
    server.cli(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    server.cli(&["PEXPIRE", "jwt:{alice}", "1000"]);
    known_to_live(&node, "alice").await;
    comes_to_say(&node, Standing::SessionEnded).await;
    known_to_live(&node, "bob").await;
}

#[tokio::test]
async fn an_eviction_is_seen() {
    let server = RedisServer::start();
    let (_, node) = nodes(&server).await;
    server.cli(&["CONFIG", "SET", "maxmemory-policy", "allkeys-random"]);
    server.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    // The next command that needs memory finds that there is none, and evicts until there is.
    let start = Instant::now();
    while !server.keys().is_empty() {
        let _refused = node.open_session(session("carol")).await;
        tokio::task::yield_now().await;
        assert!(start.elapsed() < PATIENCE);
    }
    server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    comes_to_say(&node, Standing::SessionEnded).await;
}

/// Redis tells of a key that has expired when it comes across it, which may be much later.
#[tokio::test]
async fn a_key_that_nobody_has_removed_yet_has_expired_all_the_same() {
    let server = RedisServer::start_with(&["--enable-debug-command", "yes"]);
    let (_other, node) = nodes(&server).await;
    server.cli(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
    server.cli(&["PEXPIRE", "jwt:{alice}", "5000"]);
    known_to_live(&node, "alice").await;
    comes_to_say(&node, Standing::SessionEnded).await;
    known_to_live(&node, "bob").await;
}
