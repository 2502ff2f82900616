//! `range(…)`.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64,
};
use std::ops::RangeBounds;

/// A claim that is a number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number, so no range can hold it",
    label = "`range` goes on a number",
    note = "for the length of a string or a collection write `length(…)`; for another type write `validate = path`"
)]
pub trait Ordered {
    /// The bounds.
    type Bound: PartialOrd;

    /// The number; `None` where the claim is absent.
    fn number(&self) -> Option<Self::Bound>;
}

/// Whether a claim is in `range`; what is not a number is in none.
pub fn range<T: Ordered>(claim: &T, range: impl RangeBounds<T::Bound>) -> bool {
    claim.number().is_none_or(|number| range.contains(&number))
}

impl<T: Ordered> Ordered for Option<T> {
    type Bound = T::Bound;

    fn number(&self) -> Option<T::Bound> {
        self.as_ref()?.number()
    }
}

macro_rules! numbers {
    ($($ty:ty),*) => {$(
        impl Ordered for $ty {
            type Bound = $ty;

            fn number(&self) -> Option<$ty> {
                Some(*self)
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);

macro_rules! non_zero {
    ($($ty:ty = $bound:ty),*) => {$(
        impl Ordered for $ty {
            type Bound = $bound;

            fn number(&self) -> Option<$bound> {
                Some(self.get())
            }
        }
    )*};
}

non_zero!(
    NonZeroU8 = u8,
    NonZeroU16 = u16,
    NonZeroU32 = u32,
    NonZeroU64 = u64,
    NonZeroI8 = i8,
    NonZeroI16 = i16,
    NonZeroI32 = i32,
    NonZeroI64 = i64
);
