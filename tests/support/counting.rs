//! A store that counts how often it is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jwt_runtime::StoreError;

use crate::watched::{Watched, Watcher};

/// Clones share their records and their count.
pub type Counting = Watched<Counts>;

/// How often a [`Counting`] store was called.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    questions: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Counting {
    /// Calls of `standing`.
    pub fn questions(&self) -> usize {
        self.watcher.questions.load(Ordering::SeqCst)
    }

    /// Calls of any method.
    pub fn calls(&self) -> usize {
        self.watcher.calls.load(Ordering::SeqCst)
    }

    /// Starts counting anew.
    pub fn reset(&self) {
        self.watcher.questions.store(0, Ordering::SeqCst);
        self.watcher.calls.store(0, Ordering::SeqCst);
    }
}

impl Watcher for Counts {
    async fn before(&self, method: &'static str) -> Result<(), StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if method == "standing" {
            self.questions.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }
}
