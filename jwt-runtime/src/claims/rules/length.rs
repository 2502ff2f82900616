//! `length(…)` and `non_empty`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ops::RangeBounds;
use std::sync::Arc;

use crate::claims::Scopes;

/// A claim that has a length.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no length to ask for",
    label = "`length` and `non_empty` go on a string or a collection",
    note = "for another type write `validate = path`, with a function that takes `&{Self}`"
)]
pub trait Measured {
    /// The characters of a string, the elements of a collection; `None` where the claim is absent.
    fn length(&self) -> Option<usize>;
}

/// Whether the length of a claim is in `lengths`.
pub fn length<T: Measured>(claim: &T, lengths: impl RangeBounds<usize>) -> bool {
    claim.length().is_none_or(|length| lengths.contains(&length))
}

/// Whether a claim has something in it.
pub fn non_empty<T: Measured>(claim: &T) -> bool {
    length(claim, 1..)
}

impl<T: Measured> Measured for Option<T> {
    fn length(&self) -> Option<usize> {
        self.as_ref()?.length()
    }
}

impl Measured for Scopes {
    fn length(&self) -> Option<usize> {
        Some(self.iter().count())
    }
}

macro_rules! texts {
    ($($ty:ty),*) => {$(
        impl Measured for $ty {
            fn length(&self) -> Option<usize> {
                Some(self.chars().count())
            }
        }
    )*};
}

texts!(String, Box<str>, Arc<str>, Cow<'_, str>);

macro_rules! collections {
    ($([$($parameter:ident),*] $ty:ty),*) => {$(
        impl<$($parameter),*> Measured for $ty {
            fn length(&self) -> Option<usize> {
                Some(self.len())
            }
        }
    )*};
}

collections!(
    [T] Vec<T>,
    [T] Box<[T]>,
    [T] VecDeque<T>,
    [T] BTreeSet<T>,
    [T, S] HashSet<T, S>,
    [K, V] BTreeMap<K, V>,
    [K, V, S] HashMap<K, V, S>,
    [] serde_json::Map<String, serde_json::Value>
);
