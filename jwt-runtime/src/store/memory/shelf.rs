//! [`Shelf`]: records of one kind, and the order in which they may be dropped.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::numeric_date::NumericDate;

/// Records by subject and id, and when each may be dropped.
pub(super) struct Shelf<T> {
    subjects: HashMap<Arc<str>, HashMap<Arc<str>, T>>,
    /// Exactly one entry per record, soonest first; its length is the number of records.
    due: BTreeSet<Due>,
}

/// What is kept for a time.
pub(super) trait Kept {
    /// When it may be forgotten.
    fn keep_until(&self) -> NumericDate;
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    keep_until: NumericDate,
    subject: Arc<str>,
    id: Arc<str>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { subjects: HashMap::new(), due: BTreeSet::new() }
    }
}

impl<T: Kept> Shelf<T> {
    pub(super) fn len(&self) -> usize {
        self.due.len()
    }

    pub(super) fn get(&self, subject: &str, id: &str) -> Option<&T> {
        self.subjects.get(subject)?.get(id)
    }

    /// The records of a subject, in no order.
    pub(super) fn of(&self, subject: &str) -> impl Iterator<Item = (&Arc<str>, &T)> {
        self.subjects.get(subject).into_iter().flatten()
    }

    /// How many records a subject has.
    pub(super) fn count_of(&self, subject: &str) -> usize {
        self.subjects.get(subject).map_or(0, HashMap::len)
    }

    /// Writes a record, in place of one with the same id.
    pub(super) fn put(&mut self, subject: &str, id: &str, record: T) {
        let subject = shared_key(&self.subjects, subject);
        let records = self.subjects.entry(Arc::clone(&subject)).or_default();
        let id = shared_key(records, id);
        let keep_until = record.keep_until();
        let replaced = records.insert(Arc::clone(&id), record);
        let mut due = Due { keep_until, subject, id };
        if let Some(replaced) = replaced {
            due.keep_until = replaced.keep_until();
            self.due.remove(&due);
            due.keep_until = keep_until;
        }
        self.due.insert(due);
    }

    /// Takes a record out.
    pub(super) fn take(&mut self, subject: &str, id: &str) -> Option<T> {
        let (subject, records) = self.subjects.get_key_value(subject)?;
        let (id, record) = records.get_key_value(id)?;
        let due = Due {
            keep_until: record.keep_until(),
            subject: Arc::clone(subject),
            id: Arc::clone(id),
        };
        self.due.remove(&due);
        self.take_undue(&due)
    }

    /// The first date at which a record may be dropped.
    pub(super) fn first_due(&self) -> Option<NumericDate> {
        self.due.first().map(|due| due.keep_until)
    }

    /// Drops the record that may be dropped first.
    pub(super) fn drop_first(&mut self) {
        if let Some(due) = self.due.pop_first() {
            self.take_undue(&due);
        }
    }

    /// Takes the record of an entry that is no longer in `due`.
    fn take_undue(&mut self, due: &Due) -> Option<T> {
        let records = self.subjects.get_mut(&due.subject)?;
        let record = records.remove(&due.id);
        if records.is_empty() {
            self.subjects.remove(&due.subject);
        }
        record
    }
}

/// The key as the map has it, so that map and schedule share one allocation.
fn shared_key<T>(map: &HashMap<Arc<str>, T>, key: &str) -> Arc<str> {
    map.get_key_value(key).map_or_else(|| Arc::from(key), |(key, _)| Arc::clone(key))
}
