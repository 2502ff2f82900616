//! Connecting, what a call costs, and what a connection survives.

use std::collections::BTreeMap;
use std::time::Duration;

use jwt_runtime::{
    AuthError, JwtConfig, RedisStore, Rotation, RotationStep, Standing, StoreError, TokenStore,
};
use jwt_tests::logs::Logs;
use jwt_tests::redis::RedisServer;
use serde_json::{Map, Value};

use super::{KEEP_UNTIL, NOW, ROTATED, SHARED, access, connected, session, step};

/// How often each command was called since the last `CONFIG RESETSTAT`, but for those that
/// `redis-cli` and new connections bring along.
fn calls(server: &RedisServer) -> BTreeMap<String, u64> {
    let stats = server.cli(&["INFO", "commandstats"]);
    stats
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.trim().strip_prefix("cmdstat_")?.split_once(":calls=")?;
            let count = rest.split(',').next()?.parse().ok()?;
            let is_ours = !name.starts_with("config") && !name.starts_with("client");
            (is_ours && name != "info").then(|| (name.to_owned(), count))
        })
        .collect()
}

#[tokio::test]
async fn a_request_costs_two_commands() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    server.cli(&["CONFIG", "RESETSTAT"]);
    for _ in 0..10 {
        assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    }
    assert_eq!(calls(&server), BTreeMap::from([("get".to_owned(), 10), ("hmget".to_owned(), 10)]));
}

#[tokio::test]
async fn every_write_is_one_round_trip() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let run = async || {
        store.open_session(session("alice")).await.unwrap();
        assert_eq!(store.rotate(step("alice")).await.unwrap(), ROTATED);
        store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
        assert!(store.end_session("alice", "sid-1", NOW).await.unwrap());
        store.end_all_sessions("alice", NOW).await.unwrap();
    };
    run().await;
    server.cli(&["CONFIG", "RESETSTAT"]);
    run().await;
    // Commands inside of a script are counted too, so look at those that clients send.
    let sent = calls(&server);
    assert_eq!((sent.get("evalsha"), sent.get("unlink")), (Some(&4), Some(&1)), "{sent:?}");
    assert_eq!(sent.get("script|load"), None, "{sent:?}");
}

#[tokio::test]
async fn scripts_that_the_server_forgot_are_loaded_again() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    server.cli(&["SCRIPT", "FLUSH"]);
    store.open_session(session("alice")).await.unwrap();
    server.cli(&["SCRIPT", "FLUSH"]);
    assert_eq!(store.rotate(step("alice")).await.unwrap(), ROTATED);
    server.cli(&["SCRIPT", "FLUSH"]);
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    server.cli(&["SCRIPT", "FLUSH"]);
    assert!(store.end_session("alice", "sid-1", NOW).await.unwrap());
}

#[tokio::test]
async fn a_dropped_connection_is_not_noticed() {
    for protocol in ["resp2", "resp3"] {
        let server = RedisServer::start();
        let store = connected(&format!("{}?protocol={protocol}", server.url())).await;
        let drop_connections = || server.cli(&["CLIENT", "KILL", "TYPE", "normal"]);
        drop_connections();
        store.open_session(session("alice")).await.unwrap();
        drop_connections();
        assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
        drop_connections();
        assert_eq!(store.rotate(step("alice")).await.unwrap(), ROTATED);
        drop_connections();
        assert_eq!(store.sessions("alice", NOW).await.unwrap().len(), 1);
        drop_connections();
        store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
        drop_connections();
        assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Revoked);
        drop_connections();
        assert!(store.end_session("alice", "sid-1", NOW).await.unwrap());
        drop_connections();
        store.end_all_sessions("alice", NOW).await.unwrap();
        drop_connections();
        store.ping().await.unwrap();
    }
}

/// One address, in place of a host and a port.
#[tokio::test]
async fn the_environment_says_where_the_sessions_are() {
    let server = RedisServer::start();
    let url = server.url();
    let secret = "tests/stores: 48 bytes that nobody has to guess.";
    let variables = [("JWT_SECRET_KEY", secret), ("JWT_REDIS_URL", &url)];
    let node = || {
        let config = JwtConfig::from_vars("JWT_", variables);
        config.and_then(JwtConfig::into_builder).and_then(|builder| builder.build()).unwrap()
    };
    let (first, second) = (node(), node());
    let claims = Map::from_iter([("sub".to_owned(), "alice".into())]);
    let pair = first.login(&claims).await.unwrap();
    assert!(server.keys().contains(&"jwt:{alice}".to_owned()), "{:?}", server.keys());
    let refresh = pair.refresh_token().as_str();
    let old = second.verify_refresh::<Map<String, Value>>(refresh).await.unwrap();
    let _pair = second.rotate(old).await.unwrap();
    let reused = first.verify_refresh::<Map<String, Value>>(refresh).await;
    assert_eq!(reused.err(), Some(AuthError::TokenReused));
}

#[tokio::test]
async fn connecting_fails_at_once_where_nobody_listens() {
    let server = RedisServer::start();
    let url = server.url();
    drop(server);
    let refused = RedisStore::connect(&url).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn connecting_fails_with_a_wrong_password() {
    let server = RedisServer::start_with(&["--requirepass", "right"]);
    let url = server.url().replace("redis://", "redis://:wrong-pw@");
    let refused = RedisStore::connect(&url).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    assert!(!format!("{refused} {refused:?}").contains("wrong-pw"), "{refused:?}");
    RedisStore::connect(&url.replace("wrong-pw", "right")).await.unwrap();
}

#[test]
fn a_lazy_store_needs_neither_server_nor_runtime() {
    let store = RedisStore::lazy(&SHARED.url()).unwrap();
    // On one runtime after the other: the connection of the first is gone with it.
    for number in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let subject = format!("lazy-{number}");
        runtime.block_on(async {
            store.open_session(session(&subject)).await.unwrap();
            assert_eq!(store.standing(access(&subject), NOW).await.unwrap(), Standing::Live);
        });
    }
}

#[test]
fn malformed_urls_are_refused_without_a_server() {
    for url in [
        "",
        "localhost",
        "http://localhost",
        "redis://",
        "redis://:pass-word@localhost/zero",
        "redis://:pass-word@localhost:99999",
        "redis://:pass-word@localhost?protocol=resp9",
    ] {
        let refused = RedisStore::lazy(url).unwrap_err();
        assert!(matches!(refused, StoreError::Unavailable(_)), "{url}: {refused:?}");
        assert!(!format!("{refused} {refused:?}").contains("pass-word"), "{refused:?}");
    }
}

#[tokio::test]
async fn a_server_that_may_evict_is_warned_of() {
    for (options, is_warned_of) in [
        (&["--maxmemory", "64mb", "--maxmemory-policy", "volatile-lru"][..], true),
        (&["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"], true),
        (&["--maxmemory", "64mb", "--maxmemory-policy", "noeviction"], false),
        (&["--maxmemory", "0", "--maxmemory-policy", "volatile-lru"], false),
    ] {
        let server = RedisServer::start_with(options);
        let log = Logs::default();
        let _capture = log.capture();
        connected(&server.url()).await;
        assert_eq!(log.text().contains("maxmemory-policy"), is_warned_of, "{}", log.text());
    }
}

#[test]
fn debug_shows_no_password() {
    let builder = RedisStore::builder("redis://user:pass-word@cache.example:6380/2");
    assert!(!format!("{builder:?}").contains("pass-word"), "{builder:?}");
    let store = builder.deadline(Duration::from_millis(100)).lazy().unwrap();
    assert_eq!(
        format!("{store:?}"),
        "RedisStore { address: Some(\"cache.example:6380\"), deadline: 100ms, .. }"
    );
}

#[tokio::test]
async fn extreme_dates_and_deadlines_are_taken() {
    use jwt_runtime::NumericDate;

    let server = RedisServer::start();
    let store = RedisStore::builder(&server.url()).deadline(Duration::MAX).connect().await.unwrap();
    let mut session = session("alice");
    (session.now, session.expires_at) = (NumericDate::default(), NumericDate::MAX);
    session.keep_until = NumericDate::MAX;
    store.open_session(session).await.unwrap();
    store.revoke_token(access("alice"), NumericDate::default(), NumericDate::MAX).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Revoked);
    let until_the_end = RotationStep {
        now: NOW,
        expires_at: NumericDate::MAX,
        keep_until: NumericDate::MAX,
        ..step("alice")
    };
    let rotated = Rotation::Rotated { created_at: NumericDate::default() };
    assert_eq!(store.rotate(until_the_end).await.unwrap(), rotated);
    let at_the_end = RotationStep { now: NumericDate::MAX, ..until_the_end };
    assert_eq!(store.rotate(at_the_end).await.unwrap(), Rotation::SessionEnded);

    // Timers tick in milliseconds, so a server as near as this one may win.
    let hasty = RedisStore::builder(&server.url()).deadline(Duration::ZERO).lazy().unwrap();
    let standing = hasty.standing(access("alice"), NOW).await;
    assert!(matches!(standing, Ok(Standing::Revoked) | Err(_)), "{standing:?}");
}
