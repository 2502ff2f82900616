//! The steps that read and write at once, as Lua scripts: Redis runs one at a time and whole.
//!
//! Every key that a script touches is declared in `KEYS` and lies in the subject's slot. Times
//! come from the caller. A script that ends with an error has changed nothing: all reads come
//! first, and the first write is one that Redis refuses when it is out of memory or read-only.

use std::sync::LazyLock;

use redis::Script;

use super::record::UnreadableRecord;
use crate::error::StoreError;
use crate::store::Rotation;

/// Records a session under the nonce of its subject, and makes up the nonce if there is none.
///
/// One step, because a session that was written under a nonce which `end_all_sessions` removes in
/// between would be dead on arrival, although the login was answered with tokens.
///
/// The nonce and the index live as long as the longest session that needs them.
pub(super) static OPEN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local subject, session, sessions = KEYS[1], KEYS[2], KEYS[3]
local new_nonce, record, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
local session_id, now, expires_at = ARGV[4], ARGV[5], ARGV[6]

local nonce = redis.call('GET', subject)

redis.call('ZADD', sessions, expires_at, session_id)
redis.call('ZREMRANGEBYSCORE', sessions, '-inf', now)
if not nonce then
  nonce = new_nonce
  redis.call('SET', subject, nonce, 'EX', ttl)
end
redis.call('SET', session, nonce .. ' ' .. record, 'EX', ttl)
for _, key in ipairs({subject, sessions}) do
  if redis.call('PTTL', key) < ttl * 1000 then redis.call('EXPIRE', key, ttl) end
end
return redis.status_reply('OK')
",
    )
});

/// Replaces the current refresh token if it is the one presented, and ends the session if not.
///
/// One step, because of two clients that present the same token at once only one may find it
/// current, and because a rotation that has read a session must not write it back after the
/// session was ended.
///
/// `ARGV[7]` is `again` when the connection broke before the answer to the same step was read.
/// Then a current token that is the successor means that the first attempt has arrived: successors
/// are made for one step only. A first attempt never gets this benefit, so that the same step
/// asked for twice is a reuse like any other.
pub(super) static ROTATE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local subject, session, sessions, revoked = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local presented, successor, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
local session_id, now, expires_at, attempt = ARGV[4], ARGV[5], ARGV[6], ARGV[7]

local record = redis.call('GET', session)
if not record then return 'ended' end
local nonce, current, created, label =
  string.match(record, '^(%S+) (%S+) (%d+) %d+ %d+(.*)$')
if not nonce or (label ~= '' and string.sub(label, 1, 1) ~= ' ') then return 'unreadable' end
if nonce ~= redis.call('GET', subject) then return 'ended' end
if attempt == 'again' and current == successor then return 'rotated' end
if redis.call('EXISTS', revoked) == 1 then return 'revoked' end
if current ~= presented then
  redis.call('ZREM', sessions, session_id)
  redis.call('DEL', session)
  return 'reused'
end

redis.call('ZADD', sessions, expires_at, session_id)
redis.call('ZREMRANGEBYSCORE', sessions, '-inf', now)
record = nonce .. ' ' .. successor .. ' ' .. created .. ' ' .. now .. ' ' .. expires_at .. label
redis.call('SET', session, record, 'EX', ttl)
for _, key in ipairs({subject, sessions}) do
  if redis.call('PTTL', key) < ttl * 1000 then redis.call('EXPIRE', key, ttl) end
end
return 'rotated'
",
    )
});

/// Ends a session and tells whether it was alive.
///
/// One step, because the answer has to be about the record that was removed, and because the
/// nonce decides whether that record was still worth anything.
pub(super) static END: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local subject, session, sessions = KEYS[1], KEYS[2], KEYS[3]
local session_id = ARGV[1]

local record = redis.call('GET', session)
local nonce = redis.call('GET', subject)
redis.call('ZREM', sessions, session_id)
redis.call('DEL', session)
if record and nonce and string.sub(record, 1, #nonce + 1) == nonce .. ' ' then return 1 end
return 0
",
    )
});

/// Marks a token as revoked, for at least as long as any earlier call asked for.
///
/// One step, because the remaining time is compared and then written.
pub(super) static REVOKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local revoked = KEYS[1]
local ttl = tonumber(ARGV[1])

if redis.call('PTTL', revoked) < ttl * 1000 then redis.call('SET', revoked, '1', 'EX', ttl) end
return redis.status_reply('OK')
",
    )
});

/// Reads the answer of [`ROTATE`].
pub(super) fn rotation(
    answer: &str,
    created_at: crate::numeric_date::NumericDate,
) -> Result<Rotation, StoreError> {
    match answer {
        "rotated" => Ok(Rotation::Rotated { created_at }),
        "revoked" => Ok(Rotation::Revoked),
        "ended" => Ok(Rotation::SessionEnded),
        "reused" => Ok(Rotation::Reused),
        _ => Err(StoreError::unavailable(UnreadableRecord)),
    }
}
