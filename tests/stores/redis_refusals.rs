//! Every error of Redis is an error of the store: nothing is answered that did not happen.

use jwt_runtime::{RedisStore, Rotation, Standing, StoreError, TokenStore};
use jwt_tests::redis::RedisServer;

use super::{KEEP_UNTIL, NOW, PERMISSIONS, ROTATED, access, connected, session, step};

/// A store with one session of `alice`.
async fn with_session(server: &RedisServer) -> RedisStore {
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    store
}

/// Tries everything that writes more than it removes.
async fn assert_writes_fail(store: &RedisStore, code: &str) {
    assert_refused(store.open_session(session("bob")).await, code);
    assert_refused(store.rotate(step("alice")).await, code);
    assert_refused(store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await, code);
}

async fn assert_removals_fail(store: &RedisStore, code: &str) {
    assert_refused(store.end_session("alice", "sid-1", NOW).await, code);
    assert_refused(store.end_other_sessions("alice", "sid-2", NOW).await, code);
    assert_refused(store.end_all_sessions("alice", NOW).await, code);
    assert_refused(store.end_every_session(NOW).await, code);
}

async fn assert_reads_fail(store: &RedisStore, code: &str) {
    assert_refused(store.standing(access("alice"), NOW).await, code);
    assert_refused(store.sessions("alice", NOW).await, code);
}

/// The session is as it was before: alive, unrotated, unrevoked.
async fn assert_unharmed(store: &RedisStore) {
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    assert_eq!(store.standing(access("bob"), NOW).await.unwrap(), Standing::SessionEnded);
    assert_eq!(store.rotate(step("alice")).await.unwrap(), ROTATED);
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(answer: Result<T, StoreError>, code: &str) {
    match answer {
        Err(StoreError::Full) if code == "OOM" => {}
        Err(StoreError::Unavailable(error)) if code != "OOM" => {
            let error: &redis::RedisError = error.downcast_ref().expect("the client's own error");
            assert!(error.code().is_some_and(|found| code.contains(found)), "{error}");
        }
        other => panic!("{code} became {other:?}"),
    }
}

#[tokio::test]
async fn out_of_memory_is_full_and_logout_still_works() {
    let server = RedisServer::start();
    let store = with_session(&server).await;
    server.cli(&["CONFIG", "SET", "maxmemory", "1"]);
    assert_writes_fail(&store, "OOM").await;
    server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_unharmed(&store).await;

    for way in 0..5 {
        server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
        store.open_session(session("alice")).await.unwrap();
        server.cli(&["CONFIG", "SET", "maxmemory", "1"]);
        match way {
            0 => assert!(store.end_session("alice", "sid-1", NOW).await.unwrap()),
            1 => assert!(!store.end_other_sessions("alice", "sid-2", NOW).await.unwrap()),
            2 => store.end_all_sessions("alice", NOW).await.unwrap(),
            3 => store.end_every_session(NOW).await.unwrap(),
            _ => {
                let mut reuse = step("alice");
                reuse.presented = "refresh-0";
                assert_eq!(store.rotate(reuse).await.unwrap(), Rotation::Reused);
            }
        }
        let standing = store.standing(access("alice"), NOW).await.unwrap();
        assert_eq!(standing, Standing::SessionEnded, "way {way}");
    }
}

/// Each command that the documentation of `RedisStore` lists is there for a reason.
#[tokio::test]
async fn no_documented_permission_can_be_spared() {
    let server = RedisServer::start();
    let admin = connected(&server.url()).await;
    let limited_to = async |rules: &[&str]| {
        server.cli(&[&["ACL", "SETUSER", "app", "reset"][..], rules].concat());
        server.cli(&["FLUSHALL"]);
        server.cli(&["SCRIPT", "FLUSH"]);
        // Enough for a sample to be taken.
        for number in 0..40 {
            let id = format!("sid-{number}");
            let mut other = session("bob");
            other.session_id = &id;
            admin.open_session(other).await.unwrap();
        }
        server.cli(&["SCRIPT", "FLUSH"]);
        let store = RedisStore::lazy(&server.url().replace("redis://", "redis://app:password@"))?;
        store.ping().await?;
        store.open_session(session("alice")).await?;
        store.open_session(session("bob")).await?;
        store.standing(access("alice"), NOW).await?;
        store.sessions("alice", NOW).await?;
        store.rotate(step("alice")).await?;
        store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await?;
        store.end_other_sessions("alice", "sid-1", NOW).await?;
        store.end_session("alice", "sid-1", NOW).await?;
        store.end_all_sessions("bob", NOW).await?;
        store.end_every_session(NOW).await
    };
    let rules: Vec<&str> = PERMISSIONS.split_whitespace().collect();
    limited_to(&rules).await.unwrap();
    // Without `INFO` there is no warning of eviction, and nothing else amiss.
    for spared in rules.iter().filter(|rule| rule.starts_with('+') && **rule != "+info") {
        let left: Vec<&str> = rules.iter().filter(|rule| *rule != spared).copied().collect();
        let answer = limited_to(&left).await;
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{spared}: {answer:?}");
    }
}

#[tokio::test]
async fn missing_permissions_are_errors() {
    let server = RedisServer::start();
    let store = with_session(&server).await;
    for rules in [
        &["-@all", "+ping"][..],
        &["+@all", "resetkeys", "~other:*"],
        &["+@all", "resetkeys", "%R~jwt:*"],
        &["-@all", "+ping", "+evalsha", "+hmget", "+get", "+hgetall", "-eval"],
    ] {
        let user = [&["ACL", "SETUSER", "app", "reset", "on", ">pw", "~jwt:*"][..], rules].concat();
        server.cli(&user);
        let url = server.url().replace("redis://", "redis://app:pw@");
        let limited = RedisStore::lazy(&url).unwrap();
        for answer in [
            limited.open_session(session("bob")).await.map(drop),
            limited.rotate(step("alice")).await.map(drop),
            limited.revoke_token(access("alice"), NOW, KEEP_UNTIL).await,
            limited.end_session("alice", "sid-1", NOW).await.map(drop),
            limited.end_other_sessions("alice", "sid-2", NOW).await.map(drop),
            limited.end_all_sessions("alice", NOW).await,
            limited.end_every_session(NOW).await,
        ] {
            assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{rules:?}: {answer:?}");
        }
    }
    assert_unharmed(&store).await;
}

#[tokio::test]
async fn a_read_only_replica_refuses_writes() {
    let server = RedisServer::start();
    let store = with_session(&server).await;
    let primary = RedisServer::start();
    let port = primary.address().rsplit(':').next().unwrap().to_owned();
    // A primary that is gone: the replica keeps its data and serves reads.
    drop(primary);
    server.cli(&["REPLICAOF", "127.0.0.1", &port]);
    assert_writes_fail(&store, "READONLY").await;
    assert_removals_fail(&store, "READONLY").await;

    server.cli(&["CONFIG", "SET", "replica-serve-stale-data", "no"]);
    assert_writes_fail(&store, "MASTERDOWN or READONLY").await;
    assert_removals_fail(&store, "MASTERDOWN or READONLY").await;
    assert_reads_fail(&store, "MASTERDOWN").await;

    server.cli(&["REPLICAOF", "NO", "ONE"]);
    assert_unharmed(&store).await;
}

#[tokio::test]
async fn too_few_replicas_are_errors() {
    let server = RedisServer::start();
    let store = with_session(&server).await;
    server.cli(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
    assert_writes_fail(&store, "NOREPLICAS").await;
    assert_removals_fail(&store, "NOREPLICAS").await;
    server.cli(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
    assert_unharmed(&store).await;
}

#[tokio::test]
async fn a_disk_that_cannot_be_written_is_an_error() {
    let server = RedisServer::start();
    let store = with_session(&server).await;
    let dir = server.cli(&["CONFIG", "GET", "dir"]).lines().nth(1).unwrap().to_owned();
    server.cli(&["CONFIG", "SET", "save", "3600 1000000"]);
    std::fs::remove_dir_all(dir).unwrap();
    server.cli(&["BGSAVE"]);
    while !server.cli(&["INFO", "persistence"]).contains("rdb_last_bgsave_status:err") {}

    assert_writes_fail(&store, "MISCONF").await;
    assert_removals_fail(&store, "MISCONF").await;
    server.cli(&["CONFIG", "SET", "stop-writes-on-bgsave-error", "no"]);
    assert_unharmed(&store).await;
}

#[tokio::test]
async fn a_script_that_runs_away_is_an_error() {
    let server = RedisServer::start_with(&["--busy-reply-threshold", "1"]);
    let store = with_session(&server).await;
    let (url, spinning) = (server.url(), tokio::sync::oneshot::channel::<()>());
    let runaway = tokio::spawn(async move {
        let mut connection =
            redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
        let mut endless = redis::cmd("EVAL");
        endless.arg("while true do end").arg(0);
        let _ = spinning.0.send(());
        let _: Result<(), _> = endless.exec_async(&mut connection).await;
    });
    spinning.1.await.unwrap();
    // Until the script has run for a millisecond the server answers as usual, then it is busy.
    while store.standing(access("alice"), NOW).await.is_ok() {}
    assert_writes_fail(&store, "BUSY").await;
    assert_removals_fail(&store, "BUSY").await;
    assert_reads_fail(&store, "BUSY").await;
    server.cli(&["SCRIPT", "KILL"]);
    runaway.await.unwrap();
    assert_unharmed(&store).await;
}

#[tokio::test]
async fn a_server_that_loads_its_data_is_an_error() {
    // 200 µs for each of 20,000 keys: four seconds of loading.
    let mut server = RedisServer::start_with(&[
        "--key-load-delay",
        "200",
        "--loading-process-events-interval-bytes",
        "1024",
    ]);
    let store = with_session(&server).await;
    server.cli(&["EVAL", "for i = 1, 20000 do redis.call('SET', 'k' .. i, 'x') end", "0"]);
    server.cli(&["SAVE"]);
    server.kill();
    server.restart_without_waiting();
    assert!(server.wait_for_log("Loading RDB"), "the server loads its file");

    assert_reads_fail(&store, "LOADING").await;
    assert_writes_fail(&store, "LOADING").await;
    assert_removals_fail(&store, "LOADING").await;
    server.cli(&["CONFIG", "SET", "key-load-delay", "0"]);
    assert!(server.wait_for_log("Ready to accept connections"));
    assert_unharmed(&store).await;
}
