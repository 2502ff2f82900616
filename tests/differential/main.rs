//! The older libraries beside this one: real servers of the real packages from PyPI are sent the same
//! requests, to the byte, as a server of ours under the profile of each, and tokens that they have
//! issued are presented to it.
//!
//! Every difference has a reason in `reasons.rs`, and no reason is left without a difference. The
//! table is the page `manual::compatibility`; after a change on purpose:
//! `UPDATE_EXPECT=1 cargo test -p jwt-tests --test differential`, and read what has changed.

mod beside_python;
