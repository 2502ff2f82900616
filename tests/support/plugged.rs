//! A store whose plug can be pulled.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jwt_runtime::StoreError;

use crate::watched::{Watched, Watcher};

/// Clones share their records and their plug.
pub type Plugged = Watched<Plug>;

/// What connects a [`Plugged`] store.
#[derive(Clone, Debug, Default)]
pub struct Plug {
    is_out: Arc<AtomicBool>,
}

impl Plugged {
    /// From here on nobody answers.
    pub fn pull(&self) {
        self.watcher.is_out.store(true, Ordering::SeqCst);
    }

    /// From here on everything is as it was.
    pub fn plug_in(&self) {
        self.watcher.is_out.store(false, Ordering::SeqCst);
    }
}

impl Watcher for Plug {
    fn before(&self, _: &'static str) -> Result<(), StoreError> {
        if self.is_out.load(Ordering::SeqCst) {
            return Err(StoreError::unavailable("connection refused to redis://:hunter2@10.0.0.1"));
        }
        Ok(())
    }
}
