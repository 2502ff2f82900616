//! What a refresh asks of a store, and what comes of it.

use std::time::Duration;

use crate::numeric_date::NumericDate;

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
