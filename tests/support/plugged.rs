//! A store whose plug can be pulled.

use std::sync::{Arc, Mutex, PoisonError};

use jwt_runtime::StoreError;

use crate::watched::{Watched, Watcher};

/// Clones share their records and their plug.
pub type Plugged = Watched<Plug>;

/// Makes an error that a [`Plugged`] store fails with.
pub type Failure = fn() -> StoreError;

/// What connects a [`Plugged`] store.
#[derive(Clone, Debug, Default)]
pub struct Plug {
    failure: Arc<Mutex<Option<Failure>>>,
}

impl Plugged {
    /// From here on nobody answers.
    pub fn pull(&self) {
        self.fail_with(|| {
            StoreError::unavailable("connection refused to redis://:hunter2@10.0.0.1")
        });
    }

    /// From here on everything fails, and like this.
    pub fn fail_with(&self, failure: Failure) {
        self.watcher.set(Some(failure));
    }

    /// From here on everything is as it was.
    pub fn plug_in(&self) {
        self.watcher.set(None);
    }
}

impl Plug {
    fn set(&self, failure: Option<Failure>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }
}

impl Watcher for Plug {
    async fn before(&self, _: &'static str) -> Result<(), StoreError> {
        let failure = *self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.map_or(Ok(()), |failure| Err(failure()))
    }
}
