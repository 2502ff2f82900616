//! Time as a parameter: every decision about `exp`, `nbf` and `iat` asks a [`Clock`].

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::numeric_date::NumericDate;

/// Tells the current time, in whole seconds since 1970-01-01T00:00:00Z.
///
/// The default is [`SystemClock`]. Tests pass a clock of their own and never sleep; see
/// `testing::ManualClock` (feature `test-util`).
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Clock, NumericDate};
///
/// #[derive(Debug)]
/// struct Frozen;
///
/// impl Clock for Frozen {
///     fn now(&self) -> NumericDate {
///         NumericDate::from_secs(1_800_000_000)
///     }
/// }
/// assert_eq!(Frozen.now().as_secs(), 1_800_000_000);
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> NumericDate;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> NumericDate {
        // A clock set before 1970 reads as 1970: every token is then refused as not yet valid.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        NumericDate::from_secs(since_epoch.as_secs())
    }
}
