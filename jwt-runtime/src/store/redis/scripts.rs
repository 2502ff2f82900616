//! The steps that read and write at once, as Lua scripts: Redis runs one at a time and whole.
//!
//! Every key that a script touches is declared in `KEYS` and lies in the subject's slot. Times
//! come from the caller. A script that ends with an error has changed nothing: all reads that can
//! fail come first, and the first write is one that Redis refuses when it is read-only, and when
//! it is out of memory unless the script only removes.

use std::sync::LazyLock;

use redis::Script;

/// Records a session under the epoch of its slot, and makes up the epoch if there is none.
///
/// One step, because a session that was written under an epoch which `end_every_session` removes
/// in between would be dead on arrival, although the login was answered with tokens; and because
/// of two logins at once only one may be the last that the limit allows.
pub(super) static OPEN: LazyLock<Script> =
    LazyLock::new(|| script(&[SESSION, SWEEP, include_str!("scripts/open.lua")]));

/// Replaces the current refresh token if it is the one presented, and ends the session if not.
///
/// One step, because of two clients that present the same token at once only one may find it
/// current, and because a rotation that has read a session must not write it back after the
/// session was ended.
///
/// `ARGV[2]` is `again` when the connection broke before the answer to the same step was read.
/// Then a current token that is the successor means that the first attempt has arrived: successors
/// are made for one step only. So does a superseded one: with a grace somebody else may have got
/// and used that successor already. A first attempt never gets this benefit, so that the same step
/// asked for twice is a reuse like any other.
pub(super) static ROTATE: LazyLock<Script> =
    LazyLock::new(|| script(&[SESSION, SWEEP, include_str!("scripts/rotate.lua")]));

/// Marks a token as revoked, for at least as long as any earlier call asked for. Ends its session
/// instead where the subject has too many fields already.
///
/// One step, because the time is compared and then written.
pub(super) static REVOKE: LazyLock<Script> =
    LazyLock::new(|| script(&[SESSION, SWEEP, include_str!("scripts/revoke.lua")]));

/// Ends a session and tells whether it was alive.
///
/// One step, because the answer has to be about the record that was removed, and because the
/// epoch decides whether that record was still worth anything.
pub(super) static END: LazyLock<Script> =
    LazyLock::new(|| script(&[SESSION, include_str!("scripts/end.lua")]));

/// Ends every session of a subject but one, or all if that one does not live.
///
/// One step, because a login or a rotation in between would be missed.
pub(super) static END_OTHERS: LazyLock<Script> =
    LazyLock::new(|| script(&[SESSION, SWEEP, include_str!("scripts/end_others.lua")]));

/// All of them.
pub(super) fn all() -> [&'static Script; 5] {
    [&OPEN, &ROTATE, &REVOKE, &END, &END_OTHERS]
}

/// Reads the record of a session.
const SESSION: &str = include_str!("scripts/session.lua");

/// Finds and removes what is of no use any more.
const SWEEP: &str = include_str!("scripts/sweep.lua");

fn script(parts: &[&str]) -> Script {
    Script::new(&parts.concat())
}
