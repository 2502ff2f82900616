//! Where sessions and revocations live: the trait, and the stores that come with the crate.

mod erased;
mod memory;
mod session;

#[cfg(feature = "test-util")]
pub mod contract;
#[cfg(feature = "redis")]
mod redis;

use std::future::Future;

use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::token_type::TokenType;

pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis::{RedisStore, RedisStoreBuilder};
pub use session::Session;

pub(crate) use erased::ErasedStore;

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
///   rotation that begins after [`end_session`](Self::end_session) or
///   [`end_all_sessions`](Self::end_all_sessions) has returned never does.
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
/// `contract::check` (feature `test-util`) runs this contract against an implementation.
pub trait TokenStore: std::fmt::Debug + Send + Sync + 'static {
    /// Records a new session.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Full`] when there is no room and nothing may be forgotten.
    fn open_session(
        &self,
        session: NewSession<'_>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

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
    /// Source: [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2).
    fn rotate(
        &self,
        step: RotationStep<'_>,
    ) -> impl Future<Output = Result<Rotation, StoreError>> + Send;

    /// Revokes one token, until `keep_until`.
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

    /// Ends every session of a subject.
    fn end_all_sessions(
        &self,
        subject: &str,
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
    /// What the application calls the session, for [`Session::label`].
    pub label: Option<&'a str>,
    /// The time of the login.
    pub now: NumericDate,
    /// When the last token of the session expires, as it stands.
    pub expires_at: NumericDate,
    /// When the record may be forgotten: `expires_at`, leeway and a margin.
    pub keep_until: NumericDate,
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
    /// When the successor expires.
    pub expires_at: NumericDate,
    /// When the record may be forgotten: `expires_at`, leeway and a margin.
    pub keep_until: NumericDate,
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
}

/// What became of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// The successor is now the current refresh token.
    Rotated,
    /// The presented token itself was revoked; nothing has changed.
    Revoked,
    /// The session has ended, or was never recorded; nothing has changed.
    SessionEnded,
    /// The presented token was not the current one: this call has ended the session.
    Reused,
}
