//! `one_of(…)`.

use std::borrow::Cow;
use std::sync::Arc;

/// A claim that can be compared with literals of type `V`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a list of values",
    label = "`one_of` goes on a string and lists strings, or on an integer and lists integers",
    note = "for a closed set of values an enum says it best; for another type write `validate = path`"
)]
pub trait Listed<V> {
    /// Whether the claim is `value`; `None` where the claim is absent.
    fn is(&self, value: &V) -> Option<bool>;
}

/// Whether a claim is one of `values`.
pub fn one_of<T: Listed<V>, V>(claim: &T, values: &[V]) -> bool {
    values.iter().any(|value| claim.is(value).unwrap_or(true))
}

impl<T: Listed<V>, V> Listed<V> for Option<T> {
    fn is(&self, value: &V) -> Option<bool> {
        self.as_ref()?.is(value)
    }
}

macro_rules! texts {
    ($($ty:ty),*) => {$(
        impl Listed<&'static str> for $ty {
            fn is(&self, value: &&'static str) -> Option<bool> {
                Some(**self == **value)
            }
        }
    )*};
}

texts!(String, Box<str>, Arc<str>, Cow<'_, str>);

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl Listed<$ty> for $ty {
            fn is(&self, value: &$ty) -> Option<bool> {
                Some(self == value)
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
