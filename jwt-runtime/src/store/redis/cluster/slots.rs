//! Slots: which one a key lies in, and which server has it.

use std::collections::HashMap;
use std::sync::Arc;

use redis::{Cmd, ErrorKind, RedisError, RedisResult, Value, from_redis_value};

use crate::store::redis::line::Line;
use crate::store::redis::slot;

/// How many slots every cluster has.
const SLOTS: usize = 16_384;

/// First slot, last slot, address of the primary; sorted.
pub(super) type Ranges = Vec<(u16, u16, String)>;

/// Who has which slot.
#[derive(Clone, Default)]
pub(super) struct SlotMap {
    /// Per slot the number of a line plus one; zero for none. Empty as long as nothing is known.
    owners: Vec<u16>,
    lines: Vec<(String, Arc<Line>)>,
}

impl SlotMap {
    pub(super) fn new(ranges: &Ranges, lines: &HashMap<String, Arc<Line>>) -> Self {
        let mut map = Self::default();
        for (first, last, address) in ranges {
            let Some(line) = lines.get(address) else { continue };
            for slot in *first..=*last {
                map.give(slot, address, line);
            }
        }
        map
    }

    pub(super) fn owner(&self, slot: u16) -> Option<Arc<Line>> {
        let number = self.owners.get(usize::from(slot))?.checked_sub(1)?;
        self.lines.get(usize::from(number)).map(|(_, line)| Arc::clone(line))
    }

    pub(super) fn lines(&self) -> Vec<Arc<Line>> {
        self.lines.iter().map(|(_, line)| Arc::clone(line)).collect()
    }

    pub(super) fn line_to(&self, address: &str) -> Option<Arc<Line>> {
        self.lines.iter().find(|(known, _)| known == address).map(|(_, line)| Arc::clone(line))
    }

    /// Makes `line` the owner of `slot`.
    pub(super) fn give(&mut self, slot: u16, address: &str, line: &Arc<Line>) {
        self.owners.resize(SLOTS, 0);
        let known = self.lines.iter().position(|(known, _)| known == address);
        let number = known.unwrap_or_else(|| {
            self.lines.push((address.to_owned(), Arc::clone(line)));
            self.lines.len() - 1
        });
        // A cluster has no more than a thousand servers, and no slot beyond the last.
        if let (Ok(number), Some(owner)) =
            (u16::try_from(number + 1), self.owners.get_mut(usize::from(slot)))
        {
            *owner = number;
        }
    }
}

/// Reads the answer to `CLUSTER SLOTS`. A server that does not know its own address leaves it
/// empty; then it is the one at which it was `asked`.
pub(super) fn parse(answer: &Value, asked: &str) -> RedisResult<Ranges> {
    let nonsense = || RedisError::from((ErrorKind::Client, "a server describes no cluster"));
    let Value::Array(entries) = answer else { return Err(nonsense()) };
    let mut ranges = Ranges::with_capacity(entries.len());
    for entry in entries {
        let Value::Array(entry) = entry else { return Err(nonsense()) };
        let [first, last, primary, ..] = entry.as_slice() else { return Err(nonsense()) };
        let Value::Array(primary) = primary else { return Err(nonsense()) };
        let [host, port, ..] = primary.as_slice() else { return Err(nonsense()) };
        let host: Option<String> = from_redis_value(host.clone())?;
        let port: u16 = from_redis_value(port.clone())?;
        let asked_host = asked.rsplit_once(':').map_or(asked, |(host, _)| host);
        let host = host.filter(|host| !host.is_empty() && host != "?");
        let host = host.as_deref().unwrap_or(asked_host);
        let (first, last): (u16, u16) =
            (from_redis_value(first.clone())?, from_redis_value(last.clone())?);
        ranges.push((first, last, format!("{host}:{port}")));
    }
    ranges.sort_unstable();
    Ok(ranges)
}

/// The slot of a command's first key; `None` for a command without keys.
pub(super) fn slot_of(command: &Cmd) -> Option<u16> {
    let mut args = command.args_iter().map(|arg| match arg {
        redis::Arg::Simple(bytes) => bytes,
        _ => b"",
    });
    let name = args.next()?.to_ascii_uppercase();
    let key = match name.as_slice() {
        b"PING" | b"INFO" | b"SCRIPT" | b"CLUSTER" | b"CONFIG" | b"TIME" | b"ROLE" => None,
        // The script, the number of keys, the keys.
        b"EVAL" | b"EVALSHA" => args.nth(2),
        _ => args.next(),
    };
    key.map(slot_of_key)
}

/// Between the first `{` and the first `}` after it if there is something between them, else
/// the whole key.
fn slot_of_key(key: &[u8]) -> u16 {
    let tag = key.iter().position(|byte| *byte == b'{').and_then(|open| {
        let rest = &key[open + 1..];
        let close = rest.iter().position(|byte| *byte == b'}').filter(|length| *length > 0)?;
        Some(&rest[..close])
    });
    slot::slot(tag.unwrap_or(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slot_of_a_key_is_the_one_that_redis_says() {
        // `CLUSTER KEYSLOT` of Redis 7.0.
        for (key, slot) in [
            ("123456789", 12739),
            ("foo", 12182),
            ("{foo}bar", 12182),
            ("jwt:{foo}:sessions", 12182),
            ("a{}foo", 16292),
            ("{{foo}}", 13308),
            ("a{b}c{d}", 3300),
        ] {
            assert_eq!(slot_of_key(key.as_bytes()), slot, "{key}");
        }
    }

    #[test]
    fn the_key_of_a_command_is_found() {
        let slot = |name: &str, args: &[&str]| slot_of(redis::cmd(name).arg(args));
        assert_eq!(slot("get", &["foo"]), Some(12182));
        assert_eq!(slot("EVALSHA", &["hash", "2", "foo", "bar", "x"]), Some(12182));
        assert_eq!(slot("SCRIPT", &["LOAD", "return 1"]), None);
        assert_eq!(slot("PING", &[]), None);
    }

    #[test]
    fn a_server_that_does_not_know_its_address_is_where_it_was_asked() {
        let number = Value::Int;
        let text = |text: &str| Value::BulkString(text.as_bytes().to_vec());
        let server = |host| Value::Array(vec![host, number(7_000), text("id")]);
        let answer = Value::Array(vec![
            Value::Array(vec![number(5), number(9), server(Value::Nil)]),
            Value::Array(vec![number(0), number(4), server(text("10.0.0.1"))]),
        ]);
        let expected = vec![(0, 4, "10.0.0.1:7000".to_owned()), (5, 9, "host:7000".to_owned())];
        assert_eq!(parse(&answer, "host:6379").unwrap(), expected);
        assert!(parse(&Value::Nil, "host:6379").is_err());
        assert!(parse(&Value::Array(vec![Value::Nil]), "host:6379").is_err());
    }
}
