//! The stores that come with the crate, under the checker.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jwt_runtime::{LocalView, MemoryStore, RedbStore, RedisStore, RedisStoreBuilder};
use jwt_tests::folder::Folder;
use jwt_tests::redis::{RedisBehindSentinel, RedisCluster, RedisServer};

use super::check_histories;
use super::sequence::check_sequences;

/// One server for all stores, each of which has keys of its own.
static SHARED: LazyLock<RedisServer> = LazyLock::new(RedisServer::start);

static VALKEY: LazyLock<RedisServer> = LazyLock::new(RedisServer::valkey);

static SENTINEL: LazyLock<RedisBehindSentinel> = LazyLock::new(|| RedisBehindSentinel::start(1));

/// Three primaries, which refuse every command and script whose keys lie in different slots.
static CLUSTER: LazyLock<RedisCluster> = LazyLock::new(RedisCluster::start);

/// A machine that is busy with other tests is slow, and no promise is about speed.
const PATIENT: Duration = Duration::from_secs(20);

/// A store whose records nobody else has seen.
fn fresh(url: &str) -> RedisStoreBuilder {
    static STORES: AtomicU32 = AtomicU32::new(0);
    let prefix = format!("model-{}", STORES.fetch_add(1, Ordering::Relaxed));
    RedisStore::builder(url).key_prefix(&prefix).deadline(PATIENT)
}

/// Several nodes of one store: a connection each, and the same keys.
fn nodes(builder: &RedisStoreBuilder) -> Vec<RedisStore> {
    (0..3).map(|_| builder.clone().lazy().expect("a good URL")).collect()
}

/// The file goes away with the last clone: it has no name from here on.
fn file() -> RedbStore {
    let folder = Folder::new();
    RedbStore::builder(folder.file("sessions")).deadline(PATIENT).open().expect("a new file")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_a_store_in_memory() {
    check_histories("memory", async || vec![MemoryStore::new()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_a_store_in_a_file() {
    check_histories("redb", async || vec![file()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_three_nodes_on_redis() {
    check_histories("redis", async || nodes(&fresh(&SHARED.url()))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_three_nodes_on_valkey() {
    check_histories("valkey", async || nodes(&fresh(&VALKEY.url()))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_three_nodes_behind_sentinel() {
    check_histories("sentinel", async || nodes(&fresh(&SENTINEL.url()))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_three_nodes_on_a_cluster() {
    check_histories("cluster", async || nodes(&fresh(&CLUSTER.url()))).await;
}

/// What one node has changed it knows at once. Between nodes a view may be late, within a bound
/// that `tests/view` is about.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_one_node_with_a_local_view() {
    check_histories("redis with a local view", async || {
        let builder = fresh(&SHARED.url()).local_view(LocalView::new());
        vec![builder.connect().await.expect("a view that is fed")]
    })
    .await;
}

#[test]
fn a_store_in_memory_answers_as_the_state_machine_does() {
    check_sequences(250, async || MemoryStore::new());
}

#[test]
fn a_store_in_a_file_answers_as_the_state_machine_does() {
    check_sequences(8, async || file());
}

#[test]
fn redis_answers_as_the_state_machine_does() {
    check_sequences(15, async || fresh(&SHARED.url()).connect().await.expect("a fresh server"));
}

#[test]
fn valkey_answers_as_the_state_machine_does() {
    check_sequences(6, async || fresh(&VALKEY.url()).connect().await.expect("a fresh server"));
}

#[test]
fn redis_behind_sentinel_answers_as_the_state_machine_does() {
    check_sequences(6, async || fresh(&SENTINEL.url()).connect().await.expect("a fresh server"));
}

#[test]
fn a_cluster_answers_as_the_state_machine_does() {
    check_sequences(6, async || fresh(&CLUSTER.url()).connect().await.expect("a fresh server"));
}

#[test]
fn redis_with_a_local_view_answers_as_the_state_machine_does() {
    check_sequences(8, async || {
        let builder = fresh(&SHARED.url()).local_view(LocalView::new());
        builder.connect().await.expect("a view that is fed")
    });
}
