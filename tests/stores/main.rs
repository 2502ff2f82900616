//! The contract on every store that comes with the crate, and what each has to prove beyond it.

mod many_revoked;
mod memory_only;
mod redb_file;
mod redb_only;
mod redis_by_hand;
mod redis_connection;
mod redis_keys;
mod redis_loss;
mod redis_memory;
mod redis_races;
mod redis_refusals;
mod redis_sweeping;
mod redis_times;
mod redis_topologies;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jwt_runtime::{Device, NewSession, RedisStore, RotationStep};
use jwt_tests::redis::{RedisBehindSentinel, RedisCluster, RedisServer, TlsRedisServer};
use jwt_tests::session::{EXPIRES_AT, KEEP_UNTIL, NOW, ROTATED, access};

/// One server for all tests that only add keys of their own.
static SHARED: LazyLock<RedisServer> = LazyLock::new(RedisServer::start);

/// Cluster mode refuses every command and script whose keys lie in different slots.
static CLUSTER: LazyLock<RedisServer> = LazyLock::new(|| {
    let server = RedisServer::start_with(&["--cluster-enabled", "yes"]);
    server.cli(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
    while !server.cli(&["CLUSTER", "INFO"]).contains("cluster_state:ok") {}
    server
});

static VALKEY: LazyLock<RedisServer> = LazyLock::new(RedisServer::valkey);

static SENTINEL: LazyLock<RedisBehindSentinel> = LazyLock::new(|| RedisBehindSentinel::start(1));

static THREE: LazyLock<RedisCluster> = LazyLock::new(RedisCluster::start);

static TLS: LazyLock<TlsRedisServer> = LazyLock::new(|| TlsRedisServer::start(false));

/// What the documentation of `RedisStore` says a user needs.
const PERMISSIONS: &str = "on >password ~jwt:* resetchannels -@all +ping +info \
    +hmget +hgetall +hkeys +hlen +hrandfield +hset +hdel +get +set +pttl +expire +unlink \
    +evalsha +script|load";

/// The suite puts 200 threads on a machine of any size; no clause is about speed.
const PATIENT: Duration = Duration::from_secs(20);

async fn connected(url: &str) -> RedisStore {
    RedisStore::builder(url).deadline(PATIENT).connect().await.expect("a store on a fresh server")
}

/// A store that shares a server and no key.
async fn alone_on(url: &str) -> RedisStore {
    static STORES: AtomicU32 = AtomicU32::new(0);
    let prefix = format!("alone-{}", STORES.fetch_add(1, Ordering::Relaxed));
    let builder = RedisStore::builder(url).key_prefix(&prefix).deadline(PATIENT);
    builder.connect().await.expect("a store on a fresh server")
}

mod memory {
    use jwt_runtime::MemoryStore;

    jwt_runtime::store_contract!(MemoryStore::new());
}

mod memory_exclusive {
    use jwt_runtime::MemoryStore;

    jwt_runtime::store_contract_exclusive!(MemoryStore::new());
}

mod redb {
    jwt_runtime::store_contract!(super::redb_only::opened());
}

mod redb_exclusive {
    jwt_runtime::store_contract_exclusive!(super::redb_only::opened());
}

mod redis {
    jwt_runtime::store_contract!(super::connected(&super::SHARED.url()).await);
}

mod redis_exclusive {
    jwt_runtime::store_contract_exclusive!(super::alone_on(&super::SHARED.url()).await);
}

mod redis_resp3 {
    jwt_runtime::store_contract!(
        super::connected(&format!("{}/1?protocol=resp3", super::SHARED.url())).await
    );
}

mod redis_in_cluster_mode {
    jwt_runtime::store_contract!(super::connected(&super::CLUSTER.url()).await);
}

mod redis_in_cluster_mode_exclusive {
    jwt_runtime::store_contract_exclusive!(super::alone_on(&super::CLUSTER.url()).await);
}

mod valkey {
    jwt_runtime::store_contract!(super::connected(&super::VALKEY.url()).await);
}

mod valkey_exclusive {
    jwt_runtime::store_contract_exclusive!(super::alone_on(&super::VALKEY.url()).await);
}

mod redis_by_sentinel {
    jwt_runtime::store_contract!(super::connected(&super::SENTINEL.url()).await);
}

mod redis_by_sentinel_exclusive {
    jwt_runtime::store_contract_exclusive!(super::alone_on(&super::SENTINEL.url()).await);
}

mod redis_cluster {
    jwt_runtime::store_contract!(super::connected(&super::THREE.url()).await);
}

mod redis_cluster_exclusive {
    jwt_runtime::store_contract_exclusive!(super::alone_on(&super::THREE.url()).await);
}

mod redis_with_tls {
    use super::{PATIENT, RedisStore, TLS};

    jwt_runtime::store_contract!(
        RedisStore::builder(&TLS.url())
            .tls_root_certificate(TLS.root_certificate.as_bytes())
            .deadline(PATIENT)
            .connect()
            .await
            .unwrap()
    );
}

mod redis_with_documented_permissions {
    use super::{PERMISSIONS, SHARED, connected};

    jwt_runtime::store_contract!({
        let rules: Vec<&str> = PERMISSIONS.split_whitespace().collect();
        SHARED.cli(&[&["ACL", "SETUSER", "app"], rules.as_slice()].concat());
        let url = SHARED.url().replace("redis://", "redis://app:password@");
        connected(&url).await
    });
}

mod redis_over_a_given_connection {
    use super::{PATIENT, RedisStore, SHARED};

    jwt_runtime::store_contract!({
        let config = redis::aio::ConnectionManagerConfig::new().set_response_timeout(None);
        let manager = redis::Client::open(SHARED.url())
            .unwrap()
            .get_connection_manager_with_config(config)
            .await
            .unwrap();
        RedisStore::from_connection_manager(manager, "given", PATIENT)
    });
}

/// With a device of which something is known.
fn session(subject: &str) -> NewSession<'_> {
    let device = Device { label: Some("Firefox"), ..Device::default() };
    NewSession { device, ..jwt_tests::session::session(subject) }
}

/// The step from `refresh-1` to `refresh-2`.
fn step(subject: &str) -> RotationStep<'_> {
    jwt_tests::session::step(subject, "refresh-1", "refresh-2")
}
