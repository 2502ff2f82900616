//! `NumericDate`: the one time format of a JWT.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de};

/// Whole seconds since 1970-01-01T00:00:00Z, as in the claims `exp`, `nbf`, `iat` and `auth_time`.
///
/// Values past the year 9999 are refused when read, so that no sum of a date and a lifetime can
/// overflow. Fractions are refused too: this library writes none, and a token that holds one was
/// not written by it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use jwt_runtime::NumericDate;
///
/// let login = NumericDate::from_secs(1_800_000_000);
/// let expiry = login + Duration::from_secs(900);
/// assert_eq!(expiry.as_secs(), 1_800_000_900);
/// assert_eq!(expiry.since(login), Duration::from_secs(900));
/// ```
///
/// Source: [RFC 7519 §2](https://www.rfc-editor.org/rfc/rfc7519#section-2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NumericDate(u64);

impl NumericDate {
    /// 9999-12-31T23:59:59Z, the last date that is accepted.
    pub const MAX: Self = Self(253_402_300_799);

    /// The date `seconds` after the epoch; later dates than [`NumericDate::MAX`] become `MAX`.
    pub const fn from_secs(seconds: u64) -> Self {
        if seconds > Self::MAX.0 { Self::MAX } else { Self(seconds) }
    }

    /// Seconds since the epoch.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this date is; zero if it is not after it.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }

    /// How far apart two dates are, whichever is the earlier.
    pub(crate) const fn apart(self, other: Self) -> Duration {
        Duration::from_secs(self.0.abs_diff(other.0))
    }
}

impl std::ops::Add<Duration> for NumericDate {
    type Output = Self;

    /// Adds whole seconds, stopping at [`NumericDate::MAX`].
    fn add(self, duration: Duration) -> Self {
        Self::from_secs(self.0.saturating_add(duration.as_secs()))
    }
}

impl fmt::Display for NumericDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seconds;

        impl de::Visitor<'_> for Seconds {
            type Value = NumericDate;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("whole seconds since 1970-01-01T00:00:00Z, before the year 10000")
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<NumericDate, E> {
                if seconds > NumericDate::MAX.0 {
                    return Err(E::invalid_value(de::Unexpected::Unsigned(seconds), &self));
                }
                Ok(NumericDate(seconds))
            }
        }
        deserializer.deserialize_u64(Seconds)
    }
}
