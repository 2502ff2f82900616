//! A store that is slow to end a session, for as long as the test wants it to be.

use std::sync::Arc;

use jwt_runtime::StoreError;
use tokio::sync::Semaphore;

use crate::watched::{Watched, Watcher};

/// Clones share their records and their patience.
pub type Held = Watched<Hold>;

/// What holds up the end of sessions in a [`Held`] store.
#[derive(Clone, Debug)]
pub struct Hold {
    reached: Arc<Semaphore>,
    released: Arc<Semaphore>,
}

impl Default for Hold {
    fn default() -> Self {
        let none = || Arc::new(Semaphore::new(0));
        Self { reached: none(), released: none() }
    }
}

impl Held {
    /// Waits until somebody is about to end a session.
    pub async fn is_reached(&self) {
        self.watcher.reached.acquire().await.expect("it is never closed").forget();
    }

    /// Lets one session end.
    pub fn let_go(&self) {
        self.watcher.released.add_permits(1);
    }
}

impl Watcher for Hold {
    async fn before(&self, method: &'static str) -> Result<(), StoreError> {
        if method == "end_session" {
            self.reached.add_permits(1);
            self.released.acquire().await.expect("it is never closed").forget();
        }
        Ok(())
    }
}
