//! The stores that come with the crate, under the checker.

use jwt_runtime::MemoryStore;

use super::check_histories;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_a_store_in_memory() {
    check_histories("memory", async || vec![MemoryStore::new()]).await;
}
