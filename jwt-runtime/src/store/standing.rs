//! What a guard asks of a store, and what it learns.

use crate::numeric_date::NumericDate;
use crate::token_type::TokenType;

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
    /// step with a [`grace`](crate::RotationStep::grace). Whether that is over is for the caller
    /// to say.
    Superseded {
        /// The time of that step.
        rotated_at: NumericDate,
    },
}
