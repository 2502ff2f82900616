//! The end of a token's right, for connections that outlive their request.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::claims::Registered;

/// Why a token's right has ended; from [`Token::ended`](crate::Token::ended).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// It has expired.
    Expired,
    /// It was revoked, or its session has ended.
    Revoked,
    /// The store has not answered for ten seconds, so nobody knows.
    StoreUnavailable,
}

impl Ended {
    /// The code to close a WebSocket with.
    ///
    /// | | code | what a client does |
    /// |---|---|---|
    /// | expired | 3000, *unauthorized* | refreshes its token and connects again |
    /// | revoked | 1008, *policy violation* | asks for a login |
    /// | store unavailable | 1013, *try again later* | connects again after a while |
    ///
    /// Source: [the registry of close
    /// codes](https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number),
    /// [RFC 6455 §7.4](https://www.rfc-editor.org/rfc/rfc6455#section-7.4).
    pub const fn close_code(self) -> u16 {
        match self {
            Self::Expired => 3000,
            Self::Revoked => 1008,
            Self::StoreUnavailable => 1013,
        }
    }

    /// The reason to close a WebSocket with: the [`code`](crate::AuthError::code) of the refusal
    /// that a request would get.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Expired => "token_expired",
            Self::Revoked => "token_revoked",
            Self::StoreUnavailable => "store_unavailable",
        }
    }
}

/// An end to come.
pub(crate) type End = Pin<Box<dyn Future<Output = Ended> + Send>>;

/// What knows when tokens end: the authority, seen from below.
pub(crate) trait Lifeline: Send + Sync {
    /// Waits for the end of a token.
    fn ended(self: Arc<Self>, token: Registered) -> End;
}

/// Whoever can hand out a [`Lifeline`]; only tokens that a handler keeps take one.
pub(crate) trait Lifelines: Sync {
    /// One more handle.
    fn lifeline(&self) -> Arc<dyn Lifeline>;
}
