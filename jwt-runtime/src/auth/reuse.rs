//! What the operator's own code learns of a stolen refresh token.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::JwtAuth;
use crate::numeric_date::NumericDate;
use crate::store::TokenRef;
use crate::trace;

/// A refresh token came a second time, and its session was ended for it.
///
/// See [`JwtAuthBuilder::on_reuse`](crate::JwtAuthBuilder::on_reuse).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReuseEvent {
    /// `sub` of the token.
    pub subject: String,
    /// `sid` of the token: the session that has ended.
    pub session_id: String,
    /// `jti` of the token.
    pub token_id: String,
    /// The time of the request, by the authority's clock.
    pub at: NumericDate,
}

/// What the application wants to be called with a [`ReuseEvent`].
pub(super) struct ReuseHook(Arc<dyn Fn(&ReuseEvent) + Send + Sync>);

impl ReuseHook {
    pub(super) fn new(hook: impl Fn(&ReuseEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }
}

impl fmt::Debug for ReuseHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReuseHook")
    }
}

impl JwtAuth {
    /// Tells log and application that this call has ended the session of a token that was reused.
    pub(crate) fn reused(&self, token: TokenRef<'_>, at: NumericDate) {
        trace::reused(token);
        let Some(ReuseHook(hook)) = &self.0.on_reuse else {
            return;
        };
        let event = ReuseEvent {
            subject: token.subject.to_owned(),
            session_id: token.session_id.to_owned(),
            token_id: token.token_id.to_owned(),
            at,
        };
        // Nothing of ours is halfway changed here: the session has ended, the answer is decided.
        if catch_unwind(AssertUnwindSafe(|| hook(&event))).is_err() {
            tracing::error!(target: "jwt::reuse", "the application's `on_reuse` panicked");
        }
    }
}
