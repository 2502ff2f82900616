//! A store that lets two questions meet: neither is answered before both were asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jwt_runtime::StoreError;
use tokio::sync::Barrier;

use crate::watched::{Watched, Watcher};

/// Clones share their records and their meetings.
pub type Meeting = Watched<MeetingPoint>;

/// Where the questions to a [`Meeting`] store meet.
#[derive(Clone, Debug)]
pub struct MeetingPoint {
    is_on: Arc<AtomicBool>,
    pair: Arc<Barrier>,
}

impl Default for MeetingPoint {
    fn default() -> Self {
        Self { is_on: Arc::default(), pair: Arc::new(Barrier::new(2)) }
    }
}

impl Meeting {
    /// From here on, calls of `standing` are answered in pairs.
    pub fn begin(&self) {
        self.watcher.is_on.store(true, Ordering::SeqCst);
    }
}

impl Watcher for MeetingPoint {
    async fn after(&self, method: &'static str) -> Result<(), StoreError> {
        if method == "standing" && self.is_on.load(Ordering::SeqCst) {
            self.pair.wait().await;
        }
        Ok(())
    }
}
