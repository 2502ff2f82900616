//! Cluster slots: which one a text lies in, and a short name for each of them.

use std::sync::LazyLock;

/// How many slots a cluster divides its keys into.
const SLOTS: usize = 16_384;

/// For every slot the smallest number that lies in it, when written as the hash tag of a key.
static TAGS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut tags = vec![None; SLOTS];
    let mut missing = SLOTS;
    for number in 0_u32.. {
        if missing == 0 {
            break;
        }
        let tag = &mut tags[usize::from(slot(&number.to_string()))];
        if tag.is_none() {
            *tag = Some(number);
            missing -= 1;
        }
    }
    tags.into_iter().flatten().collect()
});

/// The shortest name for the slot that `tag` lies in: a number that lies in it too.
pub(super) fn shared_tag(tag: &str) -> u32 {
    TAGS.get(usize::from(slot(tag))).copied().unwrap_or_default()
}

/// The names of all slots.
pub(super) fn all_tags() -> &'static [u32] {
    &TAGS
}

/// The slot of a key with this hash tag: CRC-16/XMODEM modulo 16384.
///
/// Source: [Redis Cluster specification](https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
// By hand, because it is shorter than what a dependency would have to be argued with: only one
// small table is computed with it, once, and one subject per call.
fn slot(tag: &str) -> u16 {
    let crc = tag.bytes().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    });
    crc % 16_384
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_check_value_comes_out() {
        assert_eq!(slot("123456789"), 0x31C3);
    }

    #[test]
    fn every_slot_has_a_name_of_its_own() {
        assert_eq!(all_tags().len(), SLOTS);
        for (number, tag) in all_tags().iter().enumerate() {
            assert_eq!(usize::from(slot(&tag.to_string())), number);
        }
    }

    #[test]
    fn a_text_and_the_name_of_its_slot_lie_together() {
        for text in ["alice", "%", "bob@example.com", "0198c4a5-7e1b-7c3e-9d43-0b6f2c1a9e10"] {
            assert_eq!(slot(text), slot(&shared_tag(text).to_string()), "{text}");
        }
    }
}
