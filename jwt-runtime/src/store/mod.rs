//! Where sessions and revocations live: the trait, and the stores that come with the crate.

mod erased;
mod memory;
#[cfg(feature = "metrics")]
mod metered;
mod opening;
mod rotation;
mod session;
mod session_record;
mod shared;
mod standing;
mod sweeping;

#[cfg(feature = "test-util")]
pub mod contract;
#[cfg(feature = "redb")]
mod redb;
#[cfg(feature = "redis")]
mod redis;

use std::future::Future;

use crate::error::StoreError;
use crate::numeric_date::NumericDate;

pub use memory::MemoryStore;
pub use opening::{Device, NewSession, Opening, SessionLimit};
#[cfg(feature = "redb")]
pub use redb::{RedbStore, RedbStoreBuilder};
#[cfg(feature = "redis")]
pub use redis::{FeedLost, LocalView, RedisStore, RedisStoreBuilder, ViewStats};
pub use rotation::{Rotation, RotationStep};
pub use session::Session;
pub use standing::{Standing, TokenRef};

pub(crate) use erased::ErasedStore;
#[cfg(feature = "metrics")]
pub(crate) use metered::Metered;

/// Remembers sessions and revoked tokens, for every node that verifies tokens.
///
/// A *session* is what a login opens and what RFC 9700 calls a refresh token family. The store
/// keeps one record per session, an allowlist: a session without a record has ended, so a store
/// that loses sessions logs people out. Single revoked tokens are a denylist beside it, and a
/// store must not lose one of those while it keeps the session.
///
/// # The contract
///
/// - **Atomic.** [`rotate`](Self::rotate) decides and writes in one step. Of any number of
///   concurrent calls with one `presented` token, at most one returns [`Rotation::Rotated`]; a
///   rotation that begins after its session was ended by any of the methods below never does, and
///   neither does it return [`Rotation::Repeated`]. [`open_session`](Self::open_session) keeps to
///   its limit however many logins there are at once.
/// - **Effective at once.** After a method has returned `Ok`, every later
///   [`standing`](Self::standing) on every node sees its effect. (`LocalView` trades this for a
///   bound that it states.)
/// - **Isolated.** A call reaches only the sessions and tokens of the subject it names.
/// - **Forgetful, not early.** A record may be dropped from `keep_until` on, and not before; the
///   store never needs to be cleaned up from outside.
/// - **Honest.** What cannot be known or written is an error. A method never answers `Ok` for
///   something that did not happen.
/// - **Discreet.** Ids are stored, never tokens.
///
/// Subjects are arbitrary strings: an implementation that builds keys from them has to escape.
/// `now` is the time of the authority's clock; stores have no clock of their own.
///
/// What a store is asked and what it answers is exhaustive, unlike the errors. A field or a variant
/// that is added asks something new of every store, and one that does not know of it must not
/// compile.
///
/// `contract::check` and `contract::check_exclusive` (feature `test-util`) run this contract
/// against an implementation.
pub trait TokenStore: std::fmt::Debug + Send + Sync + 'static {
    /// Records a new session, within the limit that it states.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Full`] when there is no room and nothing may be forgotten.
    fn open_session(
        &self,
        session: NewSession<'_>,
    ) -> impl Future<Output = Result<Opening, StoreError>> + Send;

    /// Tells how a verified token stands, without changing anything: was it revoked, does its
    /// session live, and is it, if it is a refresh token, the current one of its session.
    ///
    /// Asked once per request, so it should cost one round trip.
    fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> impl Future<Output = Result<Standing, StoreError>> + Send;

    /// Replaces the current refresh token of a session by its successor, if it is the one that
    /// was presented; ends the session if it is not.
    ///
    /// The one exception is [`RotationStep::grace`]. A session whose time is over by
    /// [`RotationStep::session_lifetime`] or [`RotationStep::idle_timeout`] is ended, and the
    /// answer is [`Rotation::SessionEnded`].
    ///
    /// Source: [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2).
    fn rotate(
        &self,
        step: RotationStep<'_>,
    ) -> impl Future<Output = Result<Rotation, StoreError>> + Send;

    /// Revokes one token, until `keep_until`.
    ///
    /// Of a subject that has very many revoked tokens, a store may end the session of the next
    /// one instead; [`MemoryStore`] and `RedisStore` do so from the ten-thousandth on.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Full`] when there is no room: a revocation is never dropped to make room.
    fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Ends one session and with it every token that belongs to it; `false` if there was none.
    fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Ends every session of a subject but one, in one step; `false` if that one does not live,
    /// and then there is none left.
    fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Ends every session of a subject, in one step whatever their number.
    fn end_all_sessions(
        &self,
        subject: &str,
        now: NumericDate,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Ends every session of every subject, in steps whose number does not depend on theirs. What was
    /// revoked stays revoked.
    ///
    /// # Errors
    ///
    /// - Any: some sessions may have ended and others not. Calling again is safe.
    fn end_every_session(
        &self,
        now: NumericDate,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The living sessions of a subject, oldest first.
    fn sessions(
        &self,
        subject: &str,
        now: NumericDate,
    ) -> impl Future<Output = Result<Vec<Session>, StoreError>> + Send;
}
