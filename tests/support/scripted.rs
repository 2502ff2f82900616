//! A store in memory that does what a test says around each call.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use jwt_runtime::StoreError;

use crate::watched::{Watched, Watcher};

/// Clones share their records and their script.
pub type Scripted = Watched<Script>;

/// What happens before or after a call; an error before it keeps it from being made, and one after
/// it stands in the place of its answer.
pub type Step = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

type Play = Arc<dyn Fn(&'static str, bool) -> Step + Send + Sync>;

/// What is played around the calls of a [`Scripted`] store.
#[derive(Clone, Default)]
pub struct Script(Arc<Mutex<Option<Play>>>);

impl Scripted {
    /// From here on this is played before (`false`) and after (`true`) each call, which it is told by
    /// the name of the method.
    pub fn play(&self, script: impl Fn(&'static str, bool) -> Step + Send + Sync + 'static) {
        self.watcher.set(Some(Arc::new(script)));
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
