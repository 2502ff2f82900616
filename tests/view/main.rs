//! The local view of what Redis holds: what it may say, for how long, and what it may not miss.
//!
//! No test waits for time to pass but for the bound itself, of which it is said that the view is
//! silent beyond it.

mod changes;
mod contract;
mod lost;
// The faults make use of more of it.
#[allow(dead_code)]
#[path = "../faults/proxy.rs"]
mod proxy;
mod races;
mod settings;

use std::time::{Duration, Instant};

use jwt_runtime::{LocalView, RedisStore, Standing, TokenStore, ViewStats};
use jwt_tests::session::{EXPIRES_AT, KEEP_UNTIL, NOW, access, session};

/// Nothing in these tests takes as long, unless it never ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// A deadline for calls that are about something else.
const DEADLINE: Duration = Duration::from_secs(10);

/// A store without a view.
async fn plain(url: &str) -> RedisStore {
    RedisStore::builder(url).deadline(DEADLINE).connect().await.expect("a store")
}

/// A store whose view may answer.
async fn viewing(url: &str, view: LocalView) -> RedisStore {
    let builder = RedisStore::builder(url).deadline(DEADLINE).local_view(view);
    let store = builder.connect().await.expect("a store with a view");
    until(|| stats(&store).is_fed).await;
    store
}

fn stats(store: &RedisStore) -> ViewStats {
    store.view_stats().expect("it has a view")
}

async fn standing(store: &RedisStore, subject: &str) -> Standing {
    store.standing(access(subject), NOW).await.expect("an answer")
}

/// Asks until the view has answered by itself, which has to be that the token lives.
async fn known_to_live(store: &RedisStore, subject: &str) {
    let before = stats(store).hits;
    let start = Instant::now();
    while stats(store).hits == before {
        assert_eq!(standing(store, subject).await, Standing::Live);
        assert!(start.elapsed() < PATIENCE, "the view never knows");
        tokio::task::yield_now().await;
    }
}

/// Waits for a condition, and fails the test when it never comes true.
#[track_caller]
fn until(condition: impl Fn() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < PATIENCE, "never, {place}");
            tokio::task::yield_now().await;
        }
    }
}
