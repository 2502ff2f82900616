//! The fields of one hash as they were read, in one allocation.

/// Says that a field was asked for and is not there.
const ABSENT: u32 = u32::MAX;

/// The bytes that both lengths take.
const LENGTHS: usize = 8;

/// Names and values, one after another, each pair after its two lengths.
///
/// A view holds one for every subject that is active, and most have few fields: looking through
/// all of them is as fast as hashing, and a table of their own would be most of the memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Box<[u8]>);

/// Collects [`Fields`].
#[derive(Debug, Default)]
pub(super) struct FieldsWriter(Vec<u8>);

impl FieldsWriter {
    /// Adds a field; `None` for one that is known to be absent.
    ///
    /// `false` if it is longer than a view can hold, which nothing that this crate writes is.
    #[must_use]
    pub(super) fn push(&mut self, name: &[u8], value: Option<&[u8]>) -> bool {
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).ok().filter(|long| *long != ABSENT);
        let (Some(name_length), Some(value_length)) =
            (length(name), value.map_or(Some(ABSENT), length))
        else {
            return false;
        };
        self.0.extend_from_slice(&name_length.to_le_bytes());
        self.0.extend_from_slice(&value_length.to_le_bytes());
        self.0.extend_from_slice(name);
        self.0.extend_from_slice(value.unwrap_or_default());
        true
    }

    pub(super) fn finish(self) -> Fields {
        Fields(self.0.into_boxed_slice())
    }
}

impl Fields {
    /// What is known of a field: `None` if nothing is, `Some(None)` if it is absent.
    pub(super) fn find(&self, name: &[u8]) -> Option<Option<&[u8]>> {
        self.iter().find_map(|(known, value)| (known == name).then_some(value))
    }

    /// The fields of both; where both know one, `newer` does.
    pub(super) fn merged(&self, newer: &Self) -> Self {
        let mut bytes = newer.0.to_vec();
        for (name, value) in self.iter().filter(|(name, _)| newer.find(name).is_none()) {
            // What was held once can be held again.
            let mut one = FieldsWriter(std::mem::take(&mut bytes));
            let _held = one.push(name, value);
            bytes = one.0;
        }
        Self(bytes.into_boxed_slice())
    }

    /// How many bytes they take.
    pub(super) fn size(&self) -> usize {
        self.0.len()
    }

    fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let (lengths, after) = rest.split_at_checked(LENGTHS)?;
            let (name_length, value_length) = lengths.split_first_chunk::<4>()?;
            let name_length = u32::from_le_bytes(*name_length) as usize;
            let value_length = u32::from_le_bytes(*value_length.first_chunk::<4>()?);
            let (name, after) = after.split_at_checked(name_length)?;
            if value_length == ABSENT {
                rest = after;
                return Some((name, None));
            }
            let (value, after) = after.split_at_checked(value_length as usize)?;
            rest = after;
            Some((name, Some(value)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, Option<&str>)]) -> Fields {
        let mut writer = FieldsWriter::default();
        for (name, value) in pairs {
            assert!(writer.push(name.as_bytes(), value.map(str::as_bytes)));
        }
        writer.finish()
    }

    #[test]
    fn what_was_pushed_is_found() {
        let fields = fields(&[("a", Some("1")), ("", Some("")), ("gone", None), ("b", Some("22"))]);
        assert_eq!(fields.find(b"a"), Some(Some(&b"1"[..])));
        assert_eq!(fields.find(b""), Some(Some(&b""[..])));
        assert_eq!(fields.find(b"gone"), Some(None));
        assert_eq!(fields.find(b"b"), Some(Some(&b"22"[..])));
        assert_eq!(fields.find(b"1"), None);
        assert_eq!(Fields::default().find(b""), None);
    }

    #[test]
    fn the_newer_of_two_wins() {
        let old = fields(&[("a", Some("1")), ("b", None), ("c", Some("3"))]);
        let merged = old.merged(&fields(&[("a", None), ("d", Some("4"))]));
        assert_eq!(merged.find(b"a"), Some(None));
        assert_eq!(merged.find(b"b"), Some(None));
        assert_eq!(merged.find(b"c"), Some(Some(&b"3"[..])));
        assert_eq!(merged.find(b"d"), Some(Some(&b"4"[..])));
        assert_eq!(merged.iter().count(), 4);
    }
}
