//! The tokens of an older library, which are in no session.
//!
//! The store knows sessions only, so what is to be remembered of such a token is a session of a
//! subject that is made up from it: opened once at most, it says that the token was used up or
//! revoked, and its id is the session that the token was traded for.

use uuid::Uuid;

use super::{JwtAuth, JwtAuthBuilder};
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::store::{Device, ErasedStore, NewSession, Opening, SessionLimit, TokenRef};
use crate::token::OlderTokens;
use crate::token_type::TokenType;

/// What subjects that are made up begin with; no token is issued to one that does.
const MADE_UP: &str = "\0older ";

impl JwtAuthBuilder {
    /// Accepts the tokens of an older library beside this authority's own, as long as they are good:
    /// for a migration during which clients stay logged in. Default: they are refused.
    ///
    /// They are in no session. [`logout`](JwtAuth::logout) and [`revoke`](JwtAuth::revoke) of one end
    /// that token, [`logout_all`](JwtAuth::logout_all) and
    /// [`logout_everyone`](JwtAuth::logout_everyone) all that their subject, or anybody, holds, those
    /// included that the older library issues afterwards. [`rotate`](JwtAuth::rotate) trades a refresh
    /// token for a pair in a session, once: presented again, it ends that session.
    ///
    /// Each costs three questions to the store in place of one. Take it out again when the last of
    /// them has expired.
    pub fn accept_older(mut self, older: OlderTokens) -> Self {
        self.settings.older = Some(older);
        self
    }
}

/// What is known of a token of an older library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OlderStanding {
    Live,
    Revoked,
    /// Used up, and what it was traded for ended just now.
    Reused,
}

impl JwtAuth {
    pub(crate) fn accepts_older(&self) -> bool {
        self.settings().older.is_some()
    }

    /// Whether a subject is one that is made up here.
    pub(crate) fn is_made_up(subject: &str) -> bool {
        subject.starts_with(MADE_UP)
    }

    /// Whether a token of an older library is still good.
    pub(crate) async fn older_standing(
        &self,
        store: &dyn ErasedStore,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<OlderStanding, AuthError> {
        if self.are_all_older_revoked(store, token.subject, now).await? {
            return Ok(OlderStanding::Revoked);
        }
        let used = store.sessions(&of_token(token), now).await?;
        let Some(traded_for) = used.first() else { return Ok(OlderStanding::Live) };
        if token.token_type == TokenType::Access {
            return Ok(OlderStanding::Revoked);
        }
        let traded = TokenRef { session_id: &traded_for.id, ..token };
        Ok(match store.end_session(token.subject, &traded_for.id, now).await? {
            true => {
                self.reused(traded, now);
                OlderStanding::Reused
            }
            false => OlderStanding::Revoked,
        })
    }

    /// Whether all older tokens of a subject, or of everybody, were revoked.
    pub(crate) async fn are_all_older_revoked(
        &self,
        store: &dyn ErasedStore,
        subject: &str,
        now: NumericDate,
    ) -> Result<bool, AuthError> {
        for made_up in [of_subject(subject), of_everyone()] {
            if !store.sessions(&made_up, now).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Uses a refresh token of an older library up, for a session with this id; `false` if it was
    /// used up or revoked before.
    pub(crate) async fn use_up_older(
        &self,
        token: TokenRef<'_>,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<bool, AuthError> {
        self.remember(&of_token(token), token.session_id, expires_at, now).await
    }

    /// Revokes a token of an older library.
    pub(crate) async fn revoke_older(
        &self,
        token: TokenRef<'_>,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        let is_new = self.remember(&of_token(token), &new_id(), expires_at, now).await?;
        if !is_new {
            // What it was traded for ends with it.
            self.older_standing(self.required_store()?, token, now).await?;
        }
        Ok(())
    }

    /// Revokes all tokens of an older library that a subject holds; those of everybody without one.
    pub(crate) async fn revoke_all_older(
        &self,
        subject: Option<&str>,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        let Some(older) = &self.settings().older else { return Ok(()) };
        let made_up = subject.map_or_else(of_everyone, of_subject);
        let end = now + older.lifetime();
        self.remember(&made_up, &new_id(), end, now).await.map(drop)
    }

    /// Opens the session of a subject that is made up; `false` if it is open already.
    async fn remember(
        &self,
        made_up: &str,
        session_id: &str,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<bool, AuthError> {
        let keep_until = Self::keep_until(expires_at);
        let session = NewSession {
            subject: made_up,
            session_id,
            refresh_token_id: None,
            device: Device::default(),
            now,
            expires_at: keep_until,
            keep_until,
            limit: Some(SessionLimit::Refuse(1)),
        };
        Ok(self.required_store()?.open_session(session).await? == Opening::Opened)
    }
}

fn new_id() -> String {
    Uuid::now_v7().to_string()
}

fn of_token(token: TokenRef<'_>) -> String {
    format!("{MADE_UP}token {} {}", token.token_id, token.subject)
}

fn of_subject(subject: &str) -> String {
    format!("{MADE_UP}tokens of {subject}")
}

fn of_everyone() -> String {
    format!("{MADE_UP}tokens")
}
