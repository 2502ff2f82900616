//! `fresh`: whether a token was bought with credentials just now.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::numeric_date::NumericDate;

/// The claim `fresh` of an access token: yes, no, or yes until a time.
///
/// A token is fresh when it was issued for credentials (a login or a re-authentication) and not
/// for a refresh token. On the wire: `true`, `false`, or a [`NumericDate`].
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Freshness, NumericDate};
///
/// let until = Freshness::Until(NumericDate::from_secs(100));
/// assert!(until.is_fresh_at(NumericDate::from_secs(99)));
/// assert!(!until.is_fresh_at(NumericDate::from_secs(100)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Issued for credentials; fresh for as long as it is valid.
    Fresh,
    /// Issued for a refresh token.
    Stale,
    /// Issued for credentials; fresh before this time.
    Until(NumericDate),
}

impl Freshness {
    /// Whether a token with this claim counts as fresh at `now`.
    pub fn is_fresh_at(self, now: NumericDate) -> bool {
        match self {
            Self::Fresh => true,
            Self::Stale => false,
            Self::Until(end) => now < end,
        }
    }
}

impl Serialize for Freshness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fresh => serializer.serialize_bool(true),
            Self::Stale => serializer.serialize_bool(false),
            Self::Until(end) => end.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Freshness {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagOrDate;

        impl de::Visitor<'_> for FlagOrDate {
            type Value = Freshness;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("true, false, or whole seconds since 1970-01-01T00:00:00Z")
            }

            fn visit_bool<E>(self, fresh: bool) -> Result<Freshness, E> {
                Ok(if fresh { Freshness::Fresh } else { Freshness::Stale })
            }

            fn visit_u64<E: de::Error>(self, end: u64) -> Result<Freshness, E> {
                if end > NumericDate::MAX.as_secs() {
                    return Err(E::invalid_value(de::Unexpected::Unsigned(end), &self));
                }
                Ok(Freshness::Until(NumericDate::from_secs(end)))
            }
        }
        deserializer.deserialize_any(FlagOrDate)
    }
}
