//! What is known of each subject, and the fence that keeps out what was overtaken.
//!
//! A look-up leaves a mark under the subject's key *before* it asks Redis. Whatever changes the
//! key takes the mark away, as it would take away what is known; and the answer is kept only where
//! the mark still is. So an answer that was read before a change is never kept after the news of
//! the change has passed, which is how a cache that only listens loses a revocation for good.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fields::Fields;
use super::freshness::Generation;

/// So many locks that requests seldom meet at one.
const SHARDS: usize = 64;

/// Fewer entries than this in a shard are not worth a lock.
const SMALLEST_SHARD: usize = 256;

/// When what is known of a subject outgrows this, it is forgotten but for the newest.
const MOST_BYTES: usize = 64 * 1_024;

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

    fn add(&mut self, newer: Self) {
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

/// The right to keep an answer, if it comes before the next change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    generation: Generation,
    number: u64,
    /// Whether the subject is known to have more fields than are read at once.
    pub(super) is_large: bool,
}

/// All subjects, in shards.
#[derive(Debug)]
pub(super) struct Entries {
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
}

/// Two generations of entries. The young ones become old when they are many, and what was old by
/// then is dropped; an old one that is asked for is young again. So a shard forgets about what was
/// used longest ago, and no step costs more than a look-up.
#[derive(Debug)]
struct Shard {
    young: HashMap<Box<[u8]>, Entry>,
    old: HashMap<Box<[u8]>, Entry>,
    most_young: usize,
    next_number: u64,
    hits: u64,
    misses: u64,
}

#[derive(Debug)]
struct Entry {
    generation: Generation,
    number: u64,
    /// `None` for the mark alone.
    known: Option<Snapshot>,
}

impl Entries {
    pub(super) fn new(max_entries: usize) -> Self {
        let count = (max_entries / SMALLEST_SHARD).clamp(1, SHARDS);
        let most_young = (max_entries / count / 2).max(1);
        let shard = || {
            Mutex::new(Shard {
                young: HashMap::new(),
                old: HashMap::new(),
                most_young,
                next_number: 0,
                hits: 0,
                misses: 0,
            })
        };
        Self {
            shards: std::iter::repeat_with(shard).take(count).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Reads what is known of a key, or leaves a mark where that is not enough for `read`.
    pub(super) fn look<T>(
        &self,
        key: &[u8],
        generation: Generation,
        read: impl FnOnce(&Snapshot) -> Option<T>,
    ) -> Result<T, Mark> {
        let mut shard = self.shard(key);
        let dropped = shard.renew(key, generation);
        let entry = shard.young.get(key);
        let known = entry.and_then(|entry| entry.known.as_ref());
        let found = known.and_then(read);
        let is_large = known.is_some_and(|known| !known.is_whole);
        // `renew` has made the entry; the number of none would be one that no entry has.
        let number = entry.map_or(0, |entry| entry.number);
        match found {
            Some(_) => shard.hits += 1,
            None => shard.misses += 1,
        }
        drop(shard);
        // Thousands of entries, and nobody has to wait for them to go.
        drop(dropped);
        found.ok_or(Mark { generation, number, is_large })
    }

    /// Keeps an answer, if the mark is where it was left.
    pub(super) fn keep(&self, key: &[u8], mark: Mark, snapshot: Snapshot) {
        let mut shard = self.shard(key);
        if let Some(entry) = shard.find(key)
            && (entry.generation, entry.number) == (mark.generation, mark.number)
        {
            match &mut entry.known {
                Some(known) => known.add(snapshot),
                known @ None => *known = Some(snapshot),
            }
        }
    }

    /// Forgets a key, and takes the mark away from whoever is asking for it.
    pub(super) fn forget(&self, key: &[u8]) {
        let mut shard = self.shard(key);
        shard.young.remove(key);
        shard.old.remove(key);
    }

    /// Forgets everything, and takes all marks away.
    pub(super) fn forget_all(&self) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            let all = (mem::take(&mut shard.young), mem::take(&mut shard.old));
            drop(shard);
            drop(all);
        }
    }

    /// How many keys something is known of, or is being asked for.
    pub(super) fn len(&self) -> usize {
        let count = |shard: &Mutex<Shard>| {
            let shard = lock(shard);
            shard.young.len() + shard.old.len()
        };
        self.shards.iter().map(count).sum()
    }

    /// How many look-ups were answered, and how many were not.
    pub(super) fn looks(&self) -> (u64, u64) {
        self.shards
            .iter()
            .map(lock)
            .fold((0, 0), |(hits, misses), shard| (hits + shard.hits, misses + shard.misses))
    }

    fn shard(&self, key: &[u8]) -> MutexGuard<'_, Shard> {
        // The remainder is below the number of shards, whatever the width of a pointer.
        let index = self.hasher.hash_one(key) % self.shards.len() as u64;
        lock(&self.shards[index as usize])
    }
}

impl Shard {
    fn find(&mut self, key: &[u8]) -> Option<&mut Entry> {
        self.young.get_mut(key).or_else(|| self.old.get_mut(key))
    }

    /// Sees to it that there is an entry of this generation among the young, and returns what had
    /// to go for it.
    fn renew(&mut self, key: &[u8], generation: Generation) -> Option<HashMap<Box<[u8]>, Entry>> {
        match self.young.get_mut(key) {
            Some(entry) if entry.generation == generation => return None,
            Some(entry) => {
                self.next_number += 1;
                *entry = Entry { generation, number: self.next_number, known: None };
                return None;
            }
            None => {}
        }
        let was_old = self.old.remove_entry(key).filter(|(_, old)| old.generation == generation);
        let is_full = self.young.len() >= self.most_young;
        let dropped = is_full.then(|| mem::replace(&mut self.old, mem::take(&mut self.young)));
        let (key, entry) = was_old.unwrap_or_else(|| {
            self.next_number += 1;
            (key.into(), Entry { generation, number: self.next_number, known: None })
        });
        self.young.insert(key, entry);
        dropped
    }
}

// Nothing can panic while the lock is held, but an outage would be the wrong answer anyway.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::fields::FieldsWriter;
    use super::super::freshness::Freshness;
    use super::*;

    fn generations() -> (Generation, Generation) {
        let freshness = Freshness::new(Duration::from_secs(1));
        (freshness.reserve(), freshness.reserve())
    }

    fn snapshot(field: &str, is_whole: bool) -> Snapshot {
        let mut fields = FieldsWriter::default();
        assert!(fields.push(field.as_bytes(), Some(b"1")));
        Snapshot { epoch: None, fields: fields.finish(), is_whole, expires_at: u64::MAX }
    }

    /// Whether field `f` of a key is known, and the mark that was left if it is not.
    fn look(entries: &Entries, key: &str, generation: Generation) -> Result<bool, Mark> {
        entries.look(key.as_bytes(), generation, |known| known.field(b"f").map(|f| f.is_some()))
    }

    #[test]
    fn an_answer_is_kept_where_the_mark_is() {
        let entries = Entries::new(10);
        let (now, _) = generations();
        let mark = look(&entries, "a", now).unwrap_err();
        assert_eq!(look(&entries, "a", now), Err(mark), "two ask at once, with one mark");
        entries.keep(b"a", mark, snapshot("f", true));
        assert_eq!(look(&entries, "a", now), Ok(true));
        assert_eq!(entries.len(), 1);
        entries.forget(b"a");
        assert!(look(&entries, "a", now).is_err());
    }

    #[test]
    fn an_answer_that_a_change_has_overtaken_is_not_kept() {
        let entries = Entries::new(10);
        let (now, _) = generations();
        for forget in [|entries: &Entries| entries.forget(b"a"), |entries| entries.forget_all()] {
            let mark = look(&entries, "a", now).unwrap_err();
            forget(&entries);
            entries.keep(b"a", mark, snapshot("f", true));
            let again = look(&entries, "a", now).unwrap_err();
            assert_ne!(again, mark);
            entries.keep(b"a", mark, snapshot("f", true));
            assert_eq!(look(&entries, "a", now), Err(again), "nor under somebody else's mark");
            entries.forget(b"a");
        }
    }

    #[test]
    fn nothing_survives_its_connection() {
        let entries = Entries::new(10);
        let (old, new) = generations();
        let mark = look(&entries, "a", old).unwrap_err();
        entries.keep(b"a", mark, snapshot("f", true));
        let late = look(&entries, "b", old).unwrap_err();
        assert!(look(&entries, "a", new).is_err());
        assert!(look(&entries, "b", new).is_err());
        entries.keep(b"b", late, snapshot("f", true));
        assert!(look(&entries, "b", new).is_err());
    }

    #[test]
    fn parts_of_a_large_subject_add_up() {
        let entries = Entries::new(10);
        let (now, _) = generations();
        let mark = look(&entries, "a", now).unwrap_err();
        entries.keep(b"a", mark, snapshot("f", false));
        let read = |field: &'static [u8]| {
            entries.look(b"a", now, |known| known.field(field).map(|value| value.is_some()))
        };
        let mark = read(b"g").unwrap_err();
        assert!(mark.is_large);
        entries.keep(b"a", mark, snapshot("g", false));
        assert_eq!((read(b"f"), read(b"g")), (Ok(true), Ok(true)));
        assert!(read(b"h").is_err());
    }

    #[test]
    fn a_large_subject_is_bounded() {
        let entries = Entries::new(10);
        let (now, _) = generations();
        let mark = look(&entries, "a", now).unwrap_err();
        for number in 0..10_000 {
            entries.keep(b"a", mark, snapshot(&format!("field {number}"), false));
        }
        let size = entries.look(b"a", now, |known| Some(known.fields.size())).unwrap();
        assert!(size <= MOST_BYTES, "{size}");
    }

    #[test]
    fn the_number_of_entries_is_bounded() {
        for most in [2, 10, 1_000, 100_000] {
            let entries = Entries::new(most);
            let (now, _) = generations();
            for number in 0..3 * most {
                let _mark = look(&entries, &number.to_string(), now);
                assert!(number % 1_000 != 0 || entries.len() <= most);
            }
            assert!(entries.len() <= most && entries.len() * 3 >= most, "{}", entries.len());
        }
    }

    #[test]
    fn what_is_used_stays() {
        let entries = Entries::new(10);
        let (now, _) = generations();
        let mark = look(&entries, "a", now).unwrap_err();
        entries.keep(b"a", mark, snapshot("f", true));
        for number in 0..1_000 {
            assert_eq!(look(&entries, "a", now), Ok(true), "after {number}");
            let _mark = look(&entries, &number.to_string(), now);
        }
    }
}
