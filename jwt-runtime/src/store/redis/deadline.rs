//! How long a call may still take.

use std::future::Future;
use std::time::Duration;

use redis::{RedisError, RedisResult};
use tokio::time::Instant;

/// The code of the error for a deadline that has passed; no server has one like it.
const CODE: &str = "JWT-DEADLINE";

/// The moment at which a call gives up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    /// `None` if it lies beyond what the clock can express.
    at: Option<Instant>,
}

impl Deadline {
    pub(super) fn after(duration: Duration) -> Self {
        Self { at: Instant::now().checked_add(duration) }
    }

    /// Waits for `future`, and no longer than to the deadline.
    pub(super) async fn wait<T>(self, future: impl Future<Output = T>) -> RedisResult<T> {
        match self.at {
            Some(at) => tokio::time::timeout_at(at, future).await.map_err(|_| passed()),
            None => Ok(future.await),
        }
    }
}

/// Whether this is the error of a deadline that has passed.
pub(super) fn has_passed(error: &RedisError) -> bool {
    error.code() == Some(CODE)
}

fn passed() -> RedisError {
    redis::make_extension_error(CODE.to_owned(), None)
}
