//! Sentinel, Cluster and TLS: how they are named, what is checked at the start.

use jwt_runtime::{RedisStore, Standing, StoreError, TokenStore};
use jwt_tests::logs::Logs;
use jwt_tests::redis::{
    RedisBehindSentinel, RedisCluster, RedisServer, TlsRedisServer, foreign_root_certificate,
};

use super::{NOW, SENTINEL, THREE, TLS, access, session};

async fn works(store: &RedisStore, subject: &str) {
    store.open_session(session(subject)).await.unwrap();
    assert_eq!(store.standing(access(subject), NOW).await.unwrap(), Standing::Live);
}

#[tokio::test]
async fn sentinels_and_seeds_are_named_one_by_one_or_in_one_url() {
    let by_sentinel = RedisStore::sentinel(SENTINEL.master_name(), SENTINEL.sentinel_urls());
    works(&by_sentinel.connect().await.unwrap(), "one-by-one").await;
    works(&RedisStore::connect(&SENTINEL.url()).await.unwrap(), "in-one-url").await;

    let cluster = THREE.url();
    works(&RedisStore::connect(&cluster).await.unwrap(), "in-one-url").await;
    let one_seed = cluster.split(',').next().unwrap().replace("redis+cluster", "redis");
    works(&RedisStore::cluster([one_seed]).connect().await.unwrap(), "one-seed").await;
}

#[tokio::test]
async fn databases_and_users_are_those_of_the_servers() {
    let mut setup = RedisBehindSentinel::start(0);
    setup.master().cli(&["ACL", "SETUSER", "app", "on", ">pass-word", "~*", "+@all"]);
    let store = RedisStore::sentinel(setup.master_name(), setup.sentinel_urls())
        .credentials("app", "pass-word")
        .database(3)
        .connect()
        .await
        .unwrap();
    works(&store, "alice").await;
    assert_eq!(setup.master().cli(&["-n", "3", "EXISTS", "jwt:{alice}"]), "1");
    let url = setup.url().replace("://", "://app:pass-word@") + "/2";
    works(&RedisStore::connect(&url).await.unwrap(), "bob").await;
    assert_eq!(setup.master().cli(&["-n", "2", "EXISTS", "jwt:{bob}"]), "1");

    let refused = RedisStore::connect(&url.replace("pass-word", "wrong-pw")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable(_)), "{refused:?}");
    assert!(!format!("{refused} {refused:?}").contains("wrong-pw"), "{refused:?}");
}

#[tokio::test]
async fn what_the_sentinels_do_not_know_is_an_error() {
    let refused = RedisStore::sentinel("other", SENTINEL.sentinel_urls()).connect().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    let refused = RedisStore::cluster([super::SHARED.url()]).connect().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

#[test]
fn malformed_addresses_are_refused_without_a_server() {
    for url in [
        "redis+sentinel://",
        "redis+sentinel://:pass-word@host",
        "redis+sentinel://:pass-word@host/",
        "redis+sentinel://:pass-word@host:99999/main",
        "redis+sentinel://:pass-word@host/main/zero",
        "redis+sentinel://:pass-word@host,/main",
        "redis+cluster://",
        "redis+cluster://:pass-word@host,,host",
        "redis+cluster://:pass-word@host/1",
        "redis+unknown://:pass-word@host",
        "rediss+cluster://:pass-word@host:port",
    ] {
        let refused = RedisStore::lazy(url).err().unwrap_or_else(|| panic!("{url} was taken"));
        assert!(matches!(refused, StoreError::Unavailable(_)), "{url}: {refused:?}");
        assert!(!format!("{refused} {refused:?}").contains("pass-word"), "{refused:?}");
    }
    for builder in [
        RedisStore::cluster([""; 0]),
        RedisStore::sentinel("main", [""; 0]),
        RedisStore::sentinel("", ["redis://host"]),
        RedisStore::builder("redis://host").tls_root_certificate(b"no TLS, no certificate"),
        RedisStore::builder("rediss://host").tls_client_certificate(b"not", b"PEM"),
    ] {
        assert!(builder.lazy().is_err());
    }
}

#[test]
fn debug_shows_addresses_and_no_password() {
    let sentinel = RedisStore::lazy("redis+sentinel://:pass-word@a,b:1/main/2").unwrap();
    let cluster = RedisStore::lazy("rediss+cluster://u:pass-word@a:7,b:8?protocol=resp3").unwrap();
    let (sentinel, cluster) = (format!("{sentinel:?}"), format!("{cluster:?}"));
    assert!(sentinel.contains("main by a:26379,b:1"), "{sentinel}");
    assert!(cluster.contains("a:7,b:8"), "{cluster}");
    assert!(!format!("{sentinel}{cluster}").contains("pass-word"));
}

#[tokio::test]
async fn every_primary_that_may_evict_is_warned_of() {
    let evicting = ["--maxmemory", "64mb", "--maxmemory-policy", "volatile-lru"];
    let setup = RedisBehindSentinel::start_with(0, &evicting);
    let logs = Logs::default();
    let _capture = logs.capture();
    RedisStore::connect(&setup.url()).await.unwrap();
    assert!(logs.text().contains("maxmemory-policy"), "{}", logs.text());

    let mut cluster = RedisCluster::start();
    let logs = Logs::default();
    let _capture = logs.capture();
    RedisStore::connect(&cluster.url()).await.unwrap();
    assert!(!logs.text().contains("maxmemory-policy"), "{}", logs.text());
    for (setting, value) in [("maxmemory", "64mb"), ("maxmemory-policy", "allkeys-lru")] {
        cluster.server(2).cli(&["CONFIG", "SET", setting, value]);
    }
    RedisStore::connect(&cluster.url()).await.unwrap();
    assert!(logs.text().contains("allkeys-lru"), "{}", logs.text());
}

#[tokio::test]
async fn the_documented_permissions_suffice_for_sentinel_and_cluster() {
    let rules = |more: &'static str| {
        super::PERMISSIONS.split_whitespace().chain([more]).collect::<Vec<_>>()
    };
    let mut setup = RedisBehindSentinel::start(0);
    setup.master().cli(&[&["ACL", "SETUSER", "app"], rules("+role").as_slice()].concat());
    let url = setup.url().replace("://", "://app:password@");
    works(&RedisStore::connect(&url).await.unwrap(), "alice").await;

    let mut cluster = RedisCluster::start();
    for number in 0..cluster.size() {
        let rules = rules("+cluster|slots");
        cluster.server(number).cli(&[&["ACL", "SETUSER", "app"], rules.as_slice()].concat());
    }
    let url = cluster.url().replace("://", "://app:password@");
    works(&RedisStore::connect(&url).await.unwrap(), "alice").await;
}

#[tokio::test]
async fn tls_trusts_the_authority_that_it_is_told_to_trust_and_no_other() {
    let root = TLS.root_certificate.as_bytes();
    let trusting = RedisStore::builder(&TLS.url()).tls_root_certificate(root);
    works(&trusting.connect().await.unwrap(), "alice").await;

    let foreign = foreign_root_certificate();
    let other_name = TLS.url().replace("localhost", "127.0.0.1");
    for (what, builder) in [
        ("the operating system", RedisStore::builder(&TLS.url())),
        ("somebody else", RedisStore::builder(&TLS.url()).tls_root_certificate(foreign.as_bytes())),
        ("another name", RedisStore::builder(&other_name).tls_root_certificate(root)),
    ] {
        let refused = builder.connect().await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{what}: {refused:?}");
    }
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_it() {
    let tls = TlsRedisServer::start(true);
    let builder =
        || RedisStore::builder(&tls.url()).tls_root_certificate(tls.root_certificate.as_bytes());
    let refused = builder().connect().await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    let (certificate, key) = &tls.client_certificate;
    let known = builder().tls_client_certificate(certificate.as_bytes(), key.as_bytes());
    works(&known.connect().await.unwrap(), "alice").await;
}

#[tokio::test]
async fn too_many_waiting_calls_are_refused_at_once() {
    let mut server = RedisServer::start();
    let store = RedisStore::builder(&server.url()).max_waiting(2).connect().await.unwrap();
    server.stop();
    let calls = || store.standing(access("alice"), NOW);
    let (first, second, third) = tokio::join!(calls(), calls(), calls());
    assert!(matches!(
        (&first, &second),
        (Err(StoreError::Timeout(_)), Err(StoreError::Timeout(_)))
    ));
    assert!(matches!(third, Err(StoreError::Overloaded)), "{third:?}");
    server.cont();
}
