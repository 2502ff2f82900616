//! `one_of(…)`.

use std::borrow::Cow;
use std::sync::Arc;

/// A claim that can be compared with literals.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared with a list of values",
    label = "`one_of` goes on a string or an integer",
    note = "for a closed set of values an enum says it best; for another type write `validate = path`"
)]
pub trait Listed {
    /// The literals.
    type Value: 'static;

    /// Whether the claim is `value`; `None` where the claim is absent.
    fn is(&self, value: &Self::Value) -> Option<bool>;
}

/// Whether a claim is one of `values`.
pub fn one_of<T: Listed>(claim: &T, values: &[T::Value]) -> bool {
    values.iter().any(|value| claim.is(value).unwrap_or(true))
}

impl<T: Listed> Listed for Option<T> {
    type Value = T::Value;

    fn is(&self, value: &T::Value) -> Option<bool> {
        self.as_ref()?.is(value)
    }
}

macro_rules! texts {
    ($($ty:ty),*) => {$(
        impl Listed for $ty {
            type Value = &'static str;

            fn is(&self, value: &&'static str) -> Option<bool> {
                Some(**self == **value)
            }
        }
    )*};
}

texts!(String, Box<str>, Arc<str>, Cow<'_, str>);

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl Listed for $ty {
            type Value = $ty;

            fn is(&self, value: &$ty) -> Option<bool> {
                Some(self == value)
            }
        }
    )*};
}

integers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
