//! Time that stands still until a test moves it.

use jwt_runtime::NumericDate;
pub use jwt_runtime::testing::ManualClock;

/// Where every test begins: 2027-01-15T08:00:00Z.
pub const START: u64 = 1_800_000_000;

/// A clock that shows [`START`].
pub fn start() -> ManualClock {
    ManualClock::at(NumericDate::from_secs(START))
}
