//! Where sessions and revocations live: the trait, and the stores that come with the crate.

mod erased;
mod memory;
#[cfg(feature = "metrics")]
mod metered;
mod session;
mod session_record;

#[cfg(feature = "test-util")]
pub mod contract;
#[cfg(feature = "redb")]
mod redb;
#[cfg(feature = "redis")]
mod redis;

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::token_type::TokenType;

pub use memory::MemoryStore;
#[cfg(feature = "redb")]
pub use redb::{RedbStore, RedbStoreBuilder};
#[cfg(feature = "redis")]
pub use redis::{FeedLost, LocalView, RedisStore, RedisStoreBuilder, ViewStats};
pub use session::Session;

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
///   [`standing`](Self::standing) on every node sees its effect.
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

    /// Ends every session of every subject, in steps whose number does not depend on theirs.
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

/// What a store needs to know of a verified token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRef<'a> {
    /// `sub`.
    pub subject: &'a str,
    /// `sid`.
    pub session_id: &'a str,
    /// `jti`.
    pub token_id: &'a str,
    /// `type`.
    pub token_type: TokenType,
}

/// A session to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSession<'a> {
    /// `sub` of its tokens.
    pub subject: &'a str,
    /// `sid` of its tokens.
    pub session_id: &'a str,
    /// `jti` of its first refresh token; `None` if it has no refresh token.
    pub refresh_token_id: Option<&'a str>,
    /// What the application knows of the device.
    pub device: Device<'a>,
    /// The time of the login.
    pub now: NumericDate,
    /// When the last token of the session expires, as it stands.
    pub expires_at: NumericDate,
    /// When the record may be forgotten: `expires_at`, leeway and a margin.
    pub keep_until: NumericDate,
    /// How many sessions the subject may have; `None` for any number.
    pub limit: Option<SessionLimit>,
}

/// What the application says of the device that a session is opened on; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device<'a> {
    /// For [`Session::label`].
    pub label: Option<&'a str>,
    /// For [`Session::user_agent`].
    pub user_agent: Option<&'a str>,
    /// For [`Session::address`].
    pub address: Option<IpAddr>,
}

/// How many sessions a subject may have at once, and what becomes of the next login.
///
/// Sessions count as long as they are listed: until they end or expire. A login that has a limit
/// ends those that have expired, so that none comes back within the leeway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionLimit {
    /// A login beyond this many is refused.
    Refuse(u32),
    /// A login beyond this many ends the session with the earliest login, or several where there
    /// are more than may be.
    EndOldest(u32),
}

/// What became of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The session is recorded.
    Opened,
    /// The subject has as many sessions as it may: nothing has changed.
    LimitReached,
}

/// One step of a session from a refresh token to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationStep<'a> {
    /// `sub` of the session.
    pub subject: &'a str,
    /// `sid` of the session.
    pub session_id: &'a str,
    /// `jti` of the refresh token that was presented.
    pub presented: &'a str,
    /// `jti` of the refresh token that takes its place.
    pub successor: &'a str,
    /// The time of the refresh.
    pub now: NumericDate,
    /// When the successor expires, unless the session's own end comes first.
    pub expires_at: NumericDate,
    /// When the record may be forgotten: `expires_at`, leeway and a margin. It moves with
    /// `expires_at` where the session's own end comes first.
    pub keep_until: NumericDate,
    /// For how long after a rotation the token that it replaced is answered with
    /// [`Rotation::Repeated`] instead of [`Rotation::Reused`]; zero for never. By a clock that is
    /// behind the one of that rotation it is for as long before it.
    ///
    /// Only the immediate predecessor of the current token, and so only while that has not been
    /// rotated itself; and only if the rotation that replaced it had a grace too.
    pub grace: Duration,
    /// How long after its login the session ends, whatever happens; `None` for never.
    pub session_lifetime: Option<Duration>,
    /// How long after its last rotation, or its login, the session ends; `None` for never.
    pub idle_timeout: Option<Duration>,
}

/// How a token stands with the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing speaks against it.
    Live,
    /// The token itself was revoked.
    Revoked,
    /// Its session has ended, or was never recorded.
    SessionEnded,
    /// It is a refresh token, and not the current one of its session.
    Reused,
    /// It is the refresh token that the current one of its session replaced at this time, by a
    /// step with a [`grace`](RotationStep::grace). Whether that is over is for the caller to say.
    Superseded {
        /// The time of that step.
        rotated_at: NumericDate,
    },
}

/// What became of a rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The successor is now the current refresh token.
    Rotated {
        /// The time of the login.
        created_at: NumericDate,
    },
    /// The presented token was replaced within the grace of this step, and nobody has used its
    /// successor yet: this is a retry, and nothing has changed.
    Repeated {
        /// `jti` of the current refresh token.
        successor: String,
        /// The time of the step that made it the current one.
        rotated_at: NumericDate,
        /// The time of the login.
        created_at: NumericDate,
    },
    /// The presented token itself, or the successor to be repeated, was revoked; nothing has
    /// changed.
    Revoked,
    /// The session has ended, or its time was over and this call has ended it, or it was never
    /// recorded.
    SessionEnded,
    /// The presented token was not the current one: this call has ended the session.
    Reused,
}

impl<T: TokenStore> TokenStore for Arc<T> {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        T::open_session(self, session).await
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        T::standing(self, token, now).await
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        T::rotate(self, step).await
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        T::revoke_token(self, token, now, keep_until).await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        T::end_session(self, subject, session_id, now).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        T::end_other_sessions(self, subject, kept_session_id, now).await
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        T::end_all_sessions(self, subject, now).await
    }

    async fn end_every_session(&self, now: NumericDate) -> Result<(), StoreError> {
        T::end_every_session(self, now).await
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        T::sessions(self, subject, now).await
    }
}
