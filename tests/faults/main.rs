//! The store, and a service on top of it, while Redis hangs, dies and comes back.
//!
//! Upper bounds on time are loose on purpose: they tell an answer within the deadline from the
//! nine seconds and more of a client that is left to its defaults, on any machine.

mod breaker;
mod cluster;
mod http;
mod load;
mod outage;
mod partition;
mod proxy;
mod replicas;
mod sentinel;

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jwt_runtime::{RedisStore, StoreError, TokenStore};
use jwt_tests::session::{EXPIRES_AT, KEEP_UNTIL, NOW, ROTATED, access, session, step};

/// The default deadline, with room for a machine that does something else as well.
const SOON: Duration = Duration::from_secs(2);

/// Nothing in these tests takes as long, unless it never ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// Calls every method but `end_every_session`, which may take longer, and returns what failed; each
/// call has to end soon.
async fn call_everything(store: &RedisStore, subject: &str) -> Vec<StoreError> {
    let mut errors = Vec::new();
    errors.extend(soon(store.open_session(session(subject))).await.err());
    errors.extend(soon(store.standing(access(subject), NOW)).await.err());
    errors.extend(soon(store.rotate(step(subject, "refresh-1", "refresh-2"))).await.err());
    errors.extend(soon(store.revoke_token(access(subject), NOW, KEEP_UNTIL)).await.err());
    errors.extend(soon(store.sessions(subject, NOW)).await.err());
    errors.extend(soon(store.end_other_sessions(subject, "sid-1", NOW)).await.err());
    errors.extend(soon(store.end_session(subject, "sid-1", NOW)).await.err());
    errors.extend(soon(store.end_all_sessions(subject, NOW)).await.err());
    errors.extend(soon(store.ping()).await.err());
    errors
}

const METHODS: usize = 9;

async fn soon<T>(call: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let answer = call.await;
    let elapsed = start.elapsed();
    assert!(elapsed < SOON, "a call took {elapsed:?}");
    answer
}

/// Calls until it works, and fails the test when it never does.
async fn recovered<T>(call: impl AsyncFn() -> Result<T, StoreError>) -> T {
    let attempts = async {
        loop {
            if let Ok(answer) = call().await {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, attempts).await.expect("the store recovers by itself")
}

/// Waits until what is counted has happened `more` times.
async fn wait_for(count: &AtomicUsize, more: usize) {
    let target = count.load(Ordering::SeqCst) + more;
    let waiting = async {
        while count.load(Ordering::SeqCst) < target {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the other side makes progress");
}
