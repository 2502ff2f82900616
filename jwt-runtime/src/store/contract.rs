//! The contract of [`TokenStore`] as a test suite, for implementations of your own.
//!
//! Run it as one test per clause with [`store_contract!`](crate::store_contract), or as a whole
//! with [`check`]. It needs a store that works, not an empty one: every clause makes up subjects of
//! its own, and leaves their records to expire. Time is passed in and starts at the current time;
//! nothing sleeps.
//!
//! The few clauses about [`end_every_session`](TokenStore::end_every_session) are apart, because
//! they reach the sessions of every other test and user of the same server:
//! [`store_contract_exclusive!`](crate::store_contract_exclusive) and [`check_exclusive`]. A store
//! keeps the contract if it passes both.
//!
//! # Examples
//!
//! ```
//! use jwt_runtime::{MemoryStore, contract};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! contract::check(MemoryStore::new()).await;
//! contract::check_exclusive(MemoryStore::new()).await;
//! # });
//! ```

mod case;
mod devices;
mod everything;
mod grace;
mod limits;
mod listing;
mod others;
mod parallel;
mod races;
mod revocation;
mod rotation;
mod sessions;
mod subjects;
mod time_limits;

use std::sync::Arc;

use super::TokenStore;

pub use devices::*;
pub use everything::*;
pub use grace::*;
pub use limits::*;
pub use listing::*;
pub use others::*;
pub use races::*;
pub use revocation::*;
pub use rotation::*;
pub use sessions::*;
pub use subjects::*;
pub use time_limits::*;

macro_rules! run_all {
    ([$store:ident] $($clause:ident)*) => {
        $($clause(&$store).await;)*
    };
}

/// Runs the clauses of the contract that may share a server with anything else.
///
/// # Panics
///
/// Panics when the store breaks the contract, with a message that names the clause.
pub async fn check<S: TokenStore>(store: S) {
    let store = Arc::new(store);
    crate::__store_contract_clauses!([run_all][store]);
}

/// Runs the clauses of the contract that end every session.
///
/// The store has to be one that nobody else uses meanwhile: a server, a database or a key prefix
/// of its own.
///
/// # Panics
///
/// Panics when the store breaks the contract, with a message that names the clause.
pub async fn check_exclusive<S: TokenStore>(store: S) {
    let store = Arc::new(store);
    crate::__store_contract_exclusive_clauses!([run_all][store]);
}

/// Makes one `#[tokio::test]` of every clause of the contract that may share a server.
///
/// The argument is evaluated once per test, in an `async` function. The features `macros` and
/// `rt` of tokio have to be on.
///
/// # Examples
///
/// ```
/// mod memory {
///     use jwt_runtime::MemoryStore;
///
///     jwt_runtime::store_contract!(MemoryStore::new());
/// }
/// ```
#[macro_export]
macro_rules! store_contract {
    ($store:expr) => {
        $crate::__store_contract_clauses!([$crate::__store_contract_tests][$store]);
    };
}

/// Makes one `#[tokio::test]` of every clause of the contract that ends every session.
///
/// The argument is evaluated once per test, in an `async` function, and has to make a store that
/// shares no session with any other: tests run at the same time. The features `macros` and `rt`
/// of tokio have to be on.
///
/// # Examples
///
/// ```
/// mod memory_exclusive {
///     use jwt_runtime::MemoryStore;
///
///     jwt_runtime::store_contract_exclusive!(MemoryStore::new());
/// }
/// ```
#[macro_export]
macro_rules! store_contract_exclusive {
    ($store:expr) => {
        $crate::__store_contract_exclusive_clauses!([$crate::__store_contract_tests][$store]);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_tests {
    ([$store:expr] $($clause:ident)*) => {$(
        #[::tokio::test]
        async fn $clause() {
            $crate::contract::$clause(&::std::sync::Arc::new($store)).await;
        }
    )*};
}

/// The one list of clauses that may share a server.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_clauses {
    ([$($callback:tt)*] $context:tt) => {
        $($callback)*! { $context
            a_session_that_was_never_opened_has_ended
            an_opened_session_lives
            a_session_lives_through_its_leeway
            an_ended_session_stays_ended
            ending_a_session_reaches_no_other
            ending_all_sessions_ends_each_of_them
            ending_all_sessions_allows_the_next_login
            asking_changes_nothing

            sessions_are_listed_oldest_first
            a_listed_session_tells_what_is_known_of_it
            only_living_sessions_are_listed
            labels_are_any_strings
            user_agents_are_any_strings
            addresses_are_listed_as_given
            an_unknown_device_is_listed_as_such

            ending_other_sessions_keeps_one
            ending_other_sessions_leaves_the_kept_one_as_it_was
            ending_other_sessions_of_a_dead_one_leaves_none
            ending_other_sessions_reaches_no_other_subject
            ending_other_sessions_allows_the_next_login

            a_login_beyond_the_limit_is_refused
            a_login_beyond_the_limit_ends_the_oldest
            a_lowered_limit_ends_several_sessions
            only_listed_sessions_count_for_the_limit
            a_limit_reaches_no_other_subject
            a_session_opened_again_counts_once

            a_revoked_token_stays_revoked
            revoking_a_token_reaches_no_other
            a_revoked_refresh_token_does_not_rotate
            a_revocation_is_kept_as_long_as_was_asked
            a_revocation_needs_no_session

            a_rotation_replaces_the_refresh_token
            a_rotation_prolongs_the_session
            a_reused_refresh_token_ends_its_session
            a_refresh_token_of_any_age_is_a_reuse
            an_unknown_refresh_token_is_a_reuse
            the_same_step_twice_is_a_reuse
            a_session_without_refresh_token_does_not_rotate
            an_ended_session_does_not_rotate
            all_ended_sessions_do_not_rotate

            within_the_grace_a_predecessor_gets_the_same_successor
            a_repeated_rotation_changes_nothing
            after_the_grace_a_predecessor_is_a_reuse
            long_before_the_rotation_a_predecessor_is_a_reuse
            a_predecessor_stands_as_superseded
            an_older_ancestor_is_a_reuse_within_the_grace
            a_rotation_without_grace_remembers_no_predecessor
            a_step_without_grace_repeats_nothing
            an_ended_session_repeats_nothing
            a_revoked_successor_is_not_repeated
            a_revoked_predecessor_gets_no_successor

            a_session_ends_with_its_lifetime
            the_end_of_a_session_comes_before_everything
            a_rotation_prolongs_no_session_beyond_its_lifetime
            a_long_lifetime_prolongs_nothing
            an_idle_session_ends
            a_repeated_rotation_is_idle

            subjects_are_any_strings
            subjects_share_nothing

            of_concurrent_rotations_one_succeeds
            concurrent_rotations_within_the_grace_share_one_successor
            no_rotation_outruns_the_end_of_its_session
            no_rotation_outruns_the_end_of_other_sessions
            no_rotation_outruns_the_end_of_all_sessions
            concurrent_logins_all_live
            concurrent_logins_beyond_the_limit_are_refused
            concurrent_logins_beyond_the_limit_end_others
        }
    };
}

/// The one list of clauses that need a store of their own.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_exclusive_clauses {
    ([$($callback:tt)*] $context:tt) => {
        $($callback)*! { $context
            ending_every_session_ends_each_of_them
            ending_every_session_allows_the_next_login
            ending_every_session_again_is_harmless
            revocations_outlive_the_end_of_every_session
            no_rotation_outruns_the_end_of_every_session
        }
    };
}
