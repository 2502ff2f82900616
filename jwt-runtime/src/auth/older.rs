//! What is remembered of the tokens of an older library, which are in no session.
//!
//! The store knows subjects with sessions and revoked tokens, so it is told of them under subjects
//! that are made up: one for each token, one for all tokens of a subject, and one for everybody's. A
//! revocation there says that they are no good any more; whatever ends sessions leaves it. A session
//! there says that a refresh token was used up, and its id, which session it was traded for: opened
//! once at most, it decides between two who trade the same token.

use super::{JwtAuth, JwtAuthBuilder};
use crate::claims::Registered;
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::store::{Device, ErasedStore, NewSession, Opening, SessionLimit, Standing, TokenRef};
use crate::token::{MADE_UP, MAX_LEEWAY, OlderTokens};
use crate::token_type::TokenType;

/// The token of a made-up subject that is revoked if those are that it stands for.
const MARK: &str = "mark";

/// The token of a made-up subject that is revoked if two have come with the one that it stands for.
const CONTESTED: &str = "contested";

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
    /// # ⚠ Warning: what a store forgets
    ///
    /// What is remembered of them is a list of what is *not* good, unlike sessions: a store that
    /// forgets, as a `MemoryStore` does with every restart, forgets their logouts. Take one that does
    /// not, and call this on every authority that uses it. Each token costs three questions to the
    /// store in place of one. Take it out again when the last of them has expired. One library at a
    /// time: a second call takes the place of the first.
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

/// What the store remembers of one token of an older library.
pub(crate) struct OlderRecord<'a> {
    auth: &'a JwtAuth,
    store: &'a dyn ErasedStore,
    token: TokenRef<'a>,
    /// The subject that is made up for it.
    made_up: String,
    now: NumericDate,
}

/// A token of an older library, which is in no session.
pub(crate) fn older_ref(registered: &Registered) -> TokenRef<'_> {
    TokenRef {
        subject: &registered.sub,
        session_id: "",
        token_id: &registered.jti,
        token_type: registered.token_type,
    }
}

/// An id for a session that is opened for the holder of an access token, and ends with it.
pub(crate) fn id_beside(older: &Registered, id: &str) -> String {
    prefix_beside(&older.jti) + id
}

fn prefix_beside(token_id: &str) -> String {
    format!("{token_id}.")
}

impl JwtAuth {
    pub(crate) fn older_record<'a>(
        &'a self,
        token: TokenRef<'a>,
        now: NumericDate,
    ) -> Result<OlderRecord<'a>, AuthError> {
        let store = self.required_store()?;
        Ok(OlderRecord { auth: self, store, token, made_up: of_token(token), now })
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

impl OlderRecord<'_> {
    /// Whether the token is still good; changes nothing.
    pub(crate) async fn standing(&self) -> Result<OlderStanding, AuthError> {
        let are_all_revoked = self.are_all_revoked().await?;
        if !self.is_marked().await? {
            return Ok(if are_all_revoked { OlderStanding::Revoked } else { OlderStanding::Live });
        }
        // Also where all are revoked: the session that one was traded for may have been kept.
        Ok(self.used_for().await?.map_or(OlderStanding::Revoked, OlderStanding::UsedFor))
    }

    /// The refusal of a token that was used up for this session, which ends if it lives: somebody else
    /// may be in it.
    pub(crate) async fn refuse_used(&self, session_id: &str) -> AuthError {
        match self.auth.end_reused(TokenRef { session_id, ..self.token }, self.now).await {
            Ok(true) => AuthError::TokenReused,
            Ok(false) => AuthError::TokenRevoked,
            Err(error) => error,
        }
    }

    /// Uses a refresh token up for this session; `false` if somebody was faster.
    pub(crate) async fn use_up(
        &self,
        session_id: &str,
        expires_at: NumericDate,
    ) -> Result<bool, AuthError> {
        let keep_until = JwtAuth::keep_until(expires_at);
        let session = NewSession {
            subject: &self.made_up,
            session_id,
            refresh_token_id: None,
            device: Device::default(),
            now: self.now,
            expires_at: keep_until,
            keep_until,
            limit: Some(SessionLimit::Refuse(1)),
        };
        Ok(self.store.open_session(session).await? == Opening::Opened)
    }

    /// Notes that a token that was used up for this session is no good any more; `false` if it was
    /// revoked before that, or while it was traded.
    pub(crate) async fn note_used_up(
        &self,
        session_id: &str,
        expires_at: NumericDate,
    ) -> Result<bool, AuthError> {
        if self.is_marked().await? || self.are_all_revoked().await? {
            return Ok(false);
        }
        self.mark(expires_at).await?;
        // Whatever ends sessions may have ended the one that says so, and let somebody else use it up.
        Ok(self.used_for().await?.as_deref() == Some(session_id))
    }

    /// Notes that somebody has come with the token while somebody else was using it up. Of the two, who
    /// ends the session tells of it.
    pub(crate) async fn contest(&self, expires_at: NumericDate) -> Result<(), AuthError> {
        let token = TokenRef { token_id: CONTESTED, ..marked(&self.made_up) };
        self.store.revoke_token(token, self.now, self.keep_until(expires_at)).await?;
        // Whoever sees this sees that.
        self.mark(expires_at).await
    }

    pub(crate) async fn is_contested(&self) -> Result<bool, AuthError> {
        let token = TokenRef { token_id: CONTESTED, ..marked(&self.made_up) };
        Ok(self.store.standing(token, self.now).await? == Standing::Revoked)
    }

    /// Takes back that a token was used up for this session, where nothing came of it: nobody has got
    /// the pair.
    pub(crate) async fn take_back(&self, session_id: &str) {
        // The two may be on two shards, and both are asked. What fails here fails closed: a session that
        // stays is nobody's, and a token that stays used up is refused.
        let _ = self.store.end_session(self.token.subject, session_id, self.now).await;
        let _ = self.store.end_session(&self.made_up, session_id, self.now).await;
    }

    /// Notes that the token is no good any more.
    pub(crate) async fn mark(&self, expires_at: NumericDate) -> Result<(), AuthError> {
        mark(self.store, &self.made_up, self.now, self.keep_until(expires_at)).await
    }

    /// Longer than it is good, by any clock that is off by less than its lifetime.
    fn keep_until(&self, expires_at: NumericDate) -> NumericDate {
        let lifetime = self.auth.settings().older.as_ref().map(OlderTokens::lifetime);
        JwtAuth::keep_until(expires_at.max(self.now + lifetime.unwrap_or_default()))
    }

    /// Ends what was opened for the holder of the token.
    pub(crate) async fn end_opened(&self) -> Result<(), AuthError> {
        let Some(session_id) = self.used_for().await? else { return self.end_beside().await };
        self.store.end_session(self.token.subject, &session_id, self.now).await?;
        Ok(())
    }

    /// The session that a refresh token was used up for.
    pub(crate) async fn used_for(&self) -> Result<Option<String>, AuthError> {
        let used = self.store.sessions(&self.made_up, self.now).await?.into_iter().next();
        Ok(used.map(|used| used.id))
    }

    /// Ends the sessions that were opened for the holder of an access token.
    pub(crate) async fn end_beside(&self) -> Result<(), AuthError> {
        let (subject, prefix) = (self.token.subject, prefix_beside(self.token.token_id));
        // Within the leeway, or by a clock that is behind, a token is good whose session is not listed
        // any more: the store is asked for those of a while ago.
        for session in self.store.sessions(subject, JwtAuth::kept_since(self.now)).await? {
            if session.id.starts_with(&prefix) {
                self.store.end_session(subject, &session.id, self.now).await?;
            }
        }
        Ok(())
    }

    async fn is_marked(&self) -> Result<bool, AuthError> {
        is_marked(self.store, &self.made_up, self.now).await
    }

    async fn are_all_revoked(&self) -> Result<bool, AuthError> {
        Ok(is_marked(self.store, &of_subject(self.token.subject), self.now).await?
            || is_marked(self.store, &of_everyone(), self.now).await?)
    }
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
