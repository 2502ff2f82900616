//! What was read of one subject.

use super::fields::{Fields, MOST_BYTES};

/// What was read of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    /// The value of the epoch key.
    pub(super) epoch: Option<Box<[u8]>>,
    pub(super) fields: Fields,
    /// Whether a field that is not in `fields` does not exist.
    pub(super) is_whole: bool,
    /// When the key expires by itself, on the view's monotonic clock; `u64::MAX` for never.
    pub(super) expires_at: u64,
}

impl Snapshot {
    /// What is known of a field: `None` if nothing is, `Some(None)` if it is absent.
    pub(super) fn field(&self, name: &[u8]) -> Option<Option<&[u8]>> {
        self.fields.find(name).or(self.is_whole.then_some(None))
    }

    /// Adds what was read later, or puts it in the place of this.
    pub(super) fn add(&mut self, newer: Self) {
        let is_part = !newer.is_whole && self.epoch == newer.epoch;
        if is_part && self.fields.size() + newer.fields.size() <= MOST_BYTES {
            self.fields = self.fields.merged(&newer.fields);
            self.is_whole = false;
            self.expires_at = self.expires_at.min(newer.expires_at);
        } else {
            *self = newer;
        }
    }
}
