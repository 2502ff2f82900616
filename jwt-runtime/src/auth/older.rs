//! What is remembered of the tokens of an older library, which are in no session.
//!
//! The store knows subjects with sessions and revoked tokens, so it is told of them under subjects
//! that are made up: one for each token, one for all tokens of a subject, and one for everybody's. A
//! revocation there says that they are no good any more; whatever ends sessions leaves it. A session
//! there says that a refresh token was used up, and its id, which session it was traded for: opened
//! once at most, it decides between two who trade the same token.

use super::{JwtAuth, JwtAuthBuilder};
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::store::{Device, ErasedStore, NewSession, Opening, SessionLimit, Standing, TokenRef};
use crate::token::{MADE_UP, MAX_LEEWAY, OlderTokens};
use crate::token_type::TokenType;

/// The one token of a made-up subject that is revoked.
const MARK: &str = "mark";

impl JwtAuthBuilder {
    /// Accepts the tokens of an older library beside this authority's own, as long as they are good:
    /// for a migration during which clients stay logged in. Default: they are refused.
    ///
    /// They are in no session. [`logout`](JwtAuth::logout) and [`revoke`](JwtAuth::revoke) of one end
    /// that token. [`logout_all`](JwtAuth::logout_all), and [`logout_others`](JwtAuth::logout_others) of
    /// somebody who is in a session, end all that their subject holds, [`logout_everyone`](JwtAuth::logout_everyone) all there are,
    /// and for as long as one of them could have lived, those too that the older library issues
    /// meanwhile. [`rotate`](JwtAuth::rotate) trades a refresh token for a pair in a session, once:
    /// presented again, it ends that session.
    ///
    /// What is remembered of them is a list of what is *not* good, unlike sessions: a store that
    /// forgets, as a `MemoryStore` does with every restart, forgets their logouts. Take one that does
    /// not, and call this on every authority that uses it. Each token costs three questions to the
    /// store in place of one. Take it out again when the last of them has expired.
    pub fn accept_older(mut self, older: OlderTokens) -> Self {
        self.settings.older = Some(older);
        self
    }
}

/// What is known of a token of an older library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OlderStanding {
    Live,
    Revoked,
    /// Used up, for the session with this id.
    UsedFor(String),
}

impl JwtAuth {
    /// Whether a token of an older library is still good; changes nothing.
    pub(crate) async fn older_standing(
        &self,
        store: &dyn ErasedStore,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<OlderStanding, AuthError> {
        let made_up = of_token(token);
        if are_all_revoked(store, token.subject, now).await? {
            return Ok(OlderStanding::Revoked);
        }
        if !is_marked(store, &made_up, now).await? {
            return Ok(OlderStanding::Live);
        }
        let used = store.sessions(&made_up, now).await?.into_iter().next();
        Ok(used.map_or(OlderStanding::Revoked, |used| OlderStanding::UsedFor(used.id)))
    }

    /// The refusal of a token that was used up for this session, which ends if it lives: somebody else
    /// may be in it.
    pub(crate) async fn refuse_used(
        &self,
        token: TokenRef<'_>,
        session_id: &str,
        now: NumericDate,
    ) -> Result<AuthError, AuthError> {
        let traded = TokenRef { session_id, ..token };
        Ok(match self.end_reused(traded, now).await? {
            true => AuthError::TokenReused,
            false => AuthError::TokenRevoked,
        })
    }

    /// Uses a refresh token up for the session of `token`; `false` if somebody was faster.
    pub(crate) async fn use_up_older(
        &self,
        store: &dyn ErasedStore,
        token: TokenRef<'_>,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<bool, AuthError> {
        let keep_until = Self::keep_until(expires_at);
        let session = NewSession {
            subject: &of_token(token),
            session_id: token.session_id,
            refresh_token_id: None,
            device: Device::default(),
            now,
            expires_at: keep_until,
            keep_until,
            limit: Some(SessionLimit::Refuse(1)),
        };
        Ok(store.open_session(session).await? == Opening::Opened)
    }

    /// Notes that a token that was used up for the session of `token` is no good any more; `false` if it
    /// was revoked before that, or while it was traded.
    pub(crate) async fn note_used_up(
        &self,
        store: &dyn ErasedStore,
        token: TokenRef<'_>,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<bool, AuthError> {
        let made_up = of_token(token);
        let is_revoked = is_marked(store, &made_up, now).await?
            || are_all_revoked(store, token.subject, now).await?;
        if is_revoked {
            return Ok(false);
        }
        mark(store, &made_up, now, self.keep_mark_until(expires_at, now)).await?;
        // Whatever ends sessions may have ended the one that says so, and let somebody else use it up.
        let used = store.sessions(&made_up, now).await?;
        Ok(used.first().is_some_and(|used| used.id == token.session_id))
    }

    /// Takes back that a token was used up, where nothing came of it: nobody has got the pair.
    pub(crate) async fn take_back(
        &self,
        store: &dyn ErasedStore,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        store.end_session(token.subject, token.session_id, now).await?;
        store.end_session(&of_token(token), token.session_id, now).await?;
        Ok(())
    }

    /// Longer than the token is good, by any clock that is off by less than its lifetime.
    fn keep_mark_until(&self, expires_at: NumericDate, now: NumericDate) -> NumericDate {
        let lifetime = self.settings().older.as_ref().map(OlderTokens::lifetime);
        Self::keep_until(expires_at.max(now + lifetime.unwrap_or_default()))
    }

    /// Revokes a token, and ends the session that it was traded for. Gives the id of that.
    pub(crate) async fn revoke_older(
        &self,
        token: TokenRef<'_>,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<Option<String>, AuthError> {
        let store = self.required_store()?;
        let made_up = of_token(token);
        // First of all: whoever trades it now finds it.
        mark(store, &made_up, now, self.keep_mark_until(expires_at, now)).await?;
        let used = store.sessions(&made_up, now).await?.into_iter().next();
        Ok(used.map(|used| used.id))
    }

    /// Revokes all tokens that a subject holds; those of everybody without one.
    pub(crate) async fn revoke_all_older(
        &self,
        subject: Option<&str>,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        let Some(older) = &self.settings().older else { return Ok(()) };
        let made_up = subject.map_or_else(of_everyone, of_subject);
        // The clock of who has issued one may be ahead.
        let last = now + MAX_LEEWAY + older.lifetime();
        mark(self.required_store()?, &made_up, now, Self::keep_until(last)).await
    }
}

async fn are_all_revoked(
    store: &dyn ErasedStore,
    subject: &str,
    now: NumericDate,
) -> Result<bool, AuthError> {
    Ok(is_marked(store, &of_subject(subject), now).await?
        || is_marked(store, &of_everyone(), now).await?)
}

async fn mark(
    store: &dyn ErasedStore,
    made_up: &str,
    now: NumericDate,
    keep_until: NumericDate,
) -> Result<(), AuthError> {
    Ok(store.revoke_token(marked(made_up), now, keep_until).await?)
}

async fn is_marked(
    store: &dyn ErasedStore,
    made_up: &str,
    now: NumericDate,
) -> Result<bool, AuthError> {
    Ok(store.standing(marked(made_up), now).await? == Standing::Revoked)
}

/// As a refresh token, whose standing no store answers from what it has seen before.
fn marked(made_up: &str) -> TokenRef<'_> {
    TokenRef { subject: made_up, session_id: MARK, token_id: MARK, token_type: TokenType::Refresh }
}

/// With its length, since an id may hold a space; and its type, since two may share one.
fn of_token(token: TokenRef<'_>) -> String {
    let TokenRef { subject, token_id, token_type, .. } = token;
    format!("{MADE_UP}{token_type} token {} {token_id} {subject}", token_id.len())
}

fn of_subject(subject: &str) -> String {
    format!("{MADE_UP}tokens of {subject}")
}

fn of_everyone() -> String {
    format!("{MADE_UP}tokens")
}
