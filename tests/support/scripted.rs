//! A store in memory that does what a test says around each call.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jwt_runtime::StoreError;
use tokio::sync::Notify;

use crate::watched::{Watched, Watcher};

/// Clones share their records and their script.
pub type Scripted = Watched<Script>;

/// What happens before or after a call; an error before it keeps it from being made, and one after
/// it stands in the place of its answer.
pub type Step = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

type Play = Arc<dyn Fn(&'static str, bool) -> Step + Send + Sync>;

/// A call that waits to be let go.
#[derive(Clone, Default)]
pub struct Waiting {
    reached: Arc<Notify>,
    go: Arc<Notify>,
}

impl Waiting {
    /// Waits until it waits.
    pub async fn is_reached(&self) {
        let reached = tokio::time::timeout(Duration::from_secs(20), self.reached.notified());
        reached.await.expect("it is called");
    }

    pub fn let_go(&self) {
        self.go.notify_one();
    }
}

/// What is played around the calls of a [`Scripted`] store.
#[derive(Clone, Default)]
pub struct Script(Arc<Mutex<Option<Play>>>);

impl Scripted {
    /// From here on this is played before (`false`) and after (`true`) each call, which it is told by
    /// the name of the method.
    pub fn play(&self, script: impl Fn(&'static str, bool) -> Step + Send + Sync + 'static) {
        self.watcher.set(Some(Arc::new(script)));
    }

    /// From here on the `nth` call of a method, from 0 on, waits to be let go: before it is made
    /// (`false`), or after (`true`). The next script takes the place of this, and lets nobody go.
    pub fn hold(&self, method: &'static str, is_after: bool, nth: usize) -> Waiting {
        let waiting = Waiting::default();
        let (at, calls) = (waiting.clone(), AtomicUsize::new(0));
        self.play(move |called, after| {
            let is_it = (called, after) == (method, is_after)
                && calls.fetch_add(1, Ordering::SeqCst) == nth;
            let at = at.clone();
            Box::pin(async move {
                if is_it {
                    at.reached.notify_one();
                    at.go.notified().await;
                }
                Ok(())
            })
        });
        waiting
    }

    /// From here on calls of a method fail: before they are made (`false`), or with their answer lost
    /// (`true`).
    pub fn fail(&self, method: &'static str, is_after: bool) {
        self.fail_where(method, is_after, |_| true);
    }

    /// The same for those whose number, from 0 on, is one of these.
    pub fn fail_where(
        &self,
        method: &'static str,
        is_after: bool,
        fails: impl Fn(usize) -> bool + Send + Sync + 'static,
    ) {
        let calls = AtomicUsize::new(0);
        self.play(move |called, after| {
            let is_it = (called, after) == (method, is_after)
                && fails(calls.fetch_add(1, Ordering::SeqCst));
            Box::pin(
                async move { if is_it { Err(StoreError::unavailable("gone")) } else { Ok(()) } },
            )
        });
    }

    /// From here on everything is as it was.
    pub fn stop(&self) {
        self.watcher.set(None);
    }
}

impl Script {
    fn set(&self, play: Option<Play>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = play;
    }

    async fn step(&self, method: &'static str, is_after: bool) -> Result<(), StoreError> {
        let play = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match play {
            Some(play) => play(method, is_after).await,
            None => Ok(()),
        }
    }
}

impl Watcher for Script {
    async fn before(&self, method: &'static str) -> Result<(), StoreError> {
        self.step(method, false).await
    }

    async fn after(&self, method: &'static str) -> Result<(), StoreError> {
        self.step(method, true).await
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}
