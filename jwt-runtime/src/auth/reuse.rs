//! What the operator's own code learns of a stolen refresh token.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{JwtAuth, to_the_end};
use crate::error::AuthError;
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
    /// Ends the session of a token that was reused, and tells of it if this call has ended it, which is
    /// the answer.
    ///
    /// In a task of its own: the request goes away when its client hangs up, and a thief must not
    /// be able to keep the alarm from ringing.
    pub(crate) async fn end_reused(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<bool, AuthError> {
        let auth = self.clone();
        let [subject, session_id, token_id] =
            [token.subject, token.session_id, token.token_id].map(str::to_owned);
        let token_type = token.token_type;
        to_the_end(async move {
            let token = TokenRef {
                subject: &subject,
                session_id: &session_id,
                token_id: &token_id,
                token_type,
            };
            let Some(store) = auth.store() else { return Ok(false) };
            let is_ended = store.end_session(token.subject, token.session_id, now).await?;
            if is_ended {
                auth.reused(token, now);
            }
            Ok(is_ended)
        })
        .await
    }

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
