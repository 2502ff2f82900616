//! The contract of [`TokenStore`] as a test suite, for implementations of your own.
//!
//! Run it as one test per clause with [`store_contract!`](crate::store_contract), or as a whole
//! with [`check`]. It needs a store that works, not an empty one: every clause makes up subjects of
//! its own, and leaves their records to expire. Time is passed in and starts at the current time;
//! nothing sleeps.
//!
//! # Examples
//!
//! ```
//! use jwt_runtime::{MemoryStore, contract};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! contract::check(MemoryStore::new()).await;
//! # });
//! ```

mod case;
mod listing;
mod races;
mod revocation;
mod rotation;
mod sessions;
mod subjects;

use std::sync::Arc;

use super::TokenStore;

pub use listing::*;
pub use races::*;
pub use revocation::*;
pub use rotation::*;
pub use sessions::*;
pub use subjects::*;

/// Runs every clause of the contract against a store.
///
/// # Panics
///
/// Panics when the store breaks the contract, with a message that names the clause.
pub async fn check<S: TokenStore>(store: S) {
    macro_rules! run_all {
        ([$store:ident] $($clause:ident)*) => {
            $($clause(&$store).await;)*
        };
    }
    let store = Arc::new(store);
    crate::__store_contract_clauses!([run_all][store]);
}

/// Makes one `#[tokio::test]` of every clause of the contract.
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

/// The one list of clauses.
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

            subjects_are_any_strings
            subjects_share_nothing
            labels_are_any_strings

            of_concurrent_rotations_one_succeeds
            no_rotation_outruns_the_end_of_its_session
            no_rotation_outruns_the_end_of_all_sessions
            concurrent_logins_all_live
        }
    };
}
