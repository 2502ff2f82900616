//! The session that tests of stores are about: `sid-1` of some subject.

use std::time::Duration;

use jwt_runtime::{Device, NewSession, NumericDate, Rotation, RotationStep, TokenRef, TokenType};

/// When everything happens that is not about time.
pub const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);

/// When the session expires: an hour later.
pub const EXPIRES_AT: NumericDate = NumericDate::from_secs(1_800_003_600);

/// When its record may be forgotten.
pub const KEEP_UNTIL: NumericDate = NumericDate::from_secs(1_800_003_690);

/// What its rotation answers.
pub const ROTATED: Rotation = Rotation::Rotated { created_at: NOW };

/// The session of `subject`, with the refresh token `refresh-1`.
pub fn session(subject: &str) -> NewSession<'_> {
    NewSession {
        subject,
        session_id: "sid-1",
        refresh_token_id: Some("refresh-1"),
        device: Device::default(),
        now: NOW,
        expires_at: EXPIRES_AT,
        keep_until: KEEP_UNTIL,
        limit: None,
    }
}

/// Its access token `access-1`.
pub fn access(subject: &str) -> TokenRef<'_> {
    TokenRef { subject, session_id: "sid-1", token_id: "access-1", token_type: TokenType::Access }
}

/// The step from one of its refresh tokens to another, without a grace.
pub fn step<'a>(subject: &'a str, presented: &'a str, successor: &'a str) -> RotationStep<'a> {
    RotationStep {
        subject,
        session_id: "sid-1",
        presented,
        successor,
        now: NOW,
        expires_at: EXPIRES_AT,
        keep_until: KEEP_UNTIL,
        grace: Duration::ZERO,
        session_lifetime: None,
        idle_timeout: None,
    }
}
