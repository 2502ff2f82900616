//! Why a store does not answer.

use std::fmt;
use std::time::Duration;

use super::chain;

/// Why a store could not answer. Every variant becomes a 503: a guard that does not know refuses.
///
/// `Debug` is the message and its causes, as of [`ConfigError`](super::ConfigError).
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No answer within the deadline.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The store answered with an error, or could not be reached.
    #[error(transparent)]
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
    /// Not asked: the store has stopped answering, and nothing has shown yet that it is back.
    #[error("the store has stopped answering and is not asked")]
    CircuitOpen,
    /// Not asked: the local view of this node is not proven to be recent, and it was chosen to
    /// refuse then.
    #[error("the local view of the store is not proven to be recent enough")]
    ViewUnproven,
    /// Not asked: too many calls are waiting for the store already.
    #[error("too many calls are waiting for the store")]
    Overloaded,
    /// Done, but fewer replicas than wanted have confirmed it in time, so it may be lost in a
    /// failover. Doing it again confirms it too.
    #[error("written, but only {confirmed} of {wanted} replicas have confirmed it")]
    Unconfirmed {
        /// How many have.
        confirmed: u32,
        /// How many should have.
        wanted: u32,
    },
    /// The store has no room and refuses to forget a revocation.
    #[error("the store is full")]
    Full,
    /// The store answered with something that it was never told, such as a record that somebody
    /// has changed by hand.
    #[error(transparent)]
    Unreadable(Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Wraps the error of a store's own client.
    pub fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }

    /// Wraps what is wrong with a record.
    pub fn unreadable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unreadable(error.into())
    }

    /// Whether the store is down, as far as anybody can tell.
    // Not when this process has too many calls waiting: a client can bring that about.
    pub(crate) fn is_outage(&self) -> bool {
        match self {
            Self::Timeout(_) | Self::Unavailable(_) | Self::CircuitOpen => true,
            Self::ViewUnproven
            | Self::Overloaded
            | Self::Unconfirmed { .. }
            | Self::Full
            | Self::Unreadable(_) => false,
        }
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        chain(self, f)
    }
}
