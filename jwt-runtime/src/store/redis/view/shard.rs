//! The entries that share a lock.

use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};

use super::freshness::Generation;
use super::snapshot::Snapshot;
use crate::store::redis::slot;

/// The right to keep an answer, if it comes before the next change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) generation: Generation,
    pub(super) number: u64,
    /// Whether the subject is known to have more fields than are read at once.
    pub(super) is_large: bool,
}

/// Entries in two halves. The young ones become old when they are many, and what was old by
/// then is dropped; an old one that is asked for is young again. So a shard forgets about what was
/// used longest ago, and no step costs more than a look-up.
#[derive(Debug)]
pub(super) struct Shard {
    pub(super) young: HashMap<Box<[u8]>, Entry>,
    pub(super) old: HashMap<Box<[u8]>, Entry>,
    most_young: usize,
    next_number: u64,
    pub(super) hits: u64,
    pub(super) misses: u64,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) generation: Generation,
    pub(super) slot: u16,
    /// The count of the slot's epoch when the mark was left.
    pub(super) epoch: u64,
    pub(super) number: u64,
    /// `None` for the mark alone.
    pub(super) known: Option<Snapshot>,
}

impl Shard {
    pub(super) fn new(most_young: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            most_young,
            next_number: 0,
            hits: 0,
            misses: 0,
        }
    }

    /// The entry of a key, valid or not.
    pub(super) fn find(&mut self, key: &[u8]) -> Option<&mut Entry> {
        self.young.get_mut(key).or_else(|| self.old.get_mut(key))
    }

    /// Sees to it that there is a valid entry among the young, and returns what had to go for it.
    pub(super) fn renew(
        &mut self,
        key: &[u8],
        generation: Generation,
        epochs: &[AtomicU64],
    ) -> Option<HashMap<Box<[u8]>, Entry>> {
        let is_valid = |entry: &Entry| {
            entry.generation == generation && entry.epoch == count(epochs, entry.slot)
        };
        let next_number = &mut self.next_number;
        let mut mark = |slot| {
            *next_number += 1;
            let number = *next_number;
            Entry { generation, slot, epoch: count(epochs, slot), number, known: None }
        };
        match self.young.get_mut(key) {
            Some(entry) if is_valid(entry) => return None,
            Some(entry) => {
                *entry = mark(entry.slot);
                return None;
            }
            None => {}
        }
        let was_old = self.old.remove_entry(key).filter(|(_, entry)| is_valid(entry));
        let (key, entry) = was_old.unwrap_or_else(|| (key.into(), mark(slot::of_key(key))));
        let is_full = self.young.len() >= self.most_young;
        let dropped = is_full.then(|| mem::replace(&mut self.old, mem::take(&mut self.young)));
        self.young.insert(key, entry);
        dropped
    }
}

/// How often the epoch of a slot has changed.
pub(super) fn count(epochs: &[AtomicU64], slot: u16) -> u64 {
    epochs.get(usize::from(slot)).map_or(0, |count| count.load(Ordering::SeqCst))
}
