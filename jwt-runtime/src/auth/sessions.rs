//! How long sessions may last, how many there may be, and what of them is looked up.

use std::time::Duration;

use super::builder::{JwtAuthBuilder, check_lifetime};
use super::reuse::{ReuseEvent, ReuseHook};
use crate::error::ConfigError;
use crate::numeric_date::NumericDate;
use crate::store::SessionLimit;
use crate::token_type::TokenType;

const MAX_ROTATION_GRACE: Duration = Duration::from_secs(60);

/// The rules of an authority about its sessions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionRules {
    pub(crate) grace: Duration,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) limit: Option<SessionLimit>,
    pub(crate) accepts_unchecked: bool,
    /// What was said of a denylist, which is the store's.
    pub(super) denylist: Option<bool>,
    checks_access: bool,
    checks_refresh: bool,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self {
            grace: Duration::ZERO,
            lifetime: None,
            idle_timeout: None,
            limit: None,
            accepts_unchecked: false,
            denylist: None,
            checks_access: true,
            checks_refresh: true,
        }
    }
}

impl SessionRules {
    /// Whether a guard asks the store about tokens of this type.
    pub(crate) fn checks(&self, token_type: TokenType) -> bool {
        match token_type {
            TokenType::Access => self.checks_access,
            TokenType::Refresh => self.checks_refresh,
        }
    }

    /// Whether a token that was replaced then may still be presented.
    // In both directions: a clock that was set back must not make a minute of an hour.
    pub(crate) fn is_within_grace(&self, rotated_at: NumericDate, now: NumericDate) -> bool {
        now.apart(rotated_at) < self.grace
    }

    /// When a session with this login ends whatever happens.
    pub(crate) fn end(&self, created_at: NumericDate) -> Option<NumericDate> {
        self.lifetime.map(|lifetime| created_at + lifetime)
    }

    /// The lifetime of an access token, no longer than that of a session.
    pub(crate) fn access_lifetime(&self, chosen: Duration) -> Duration {
        self.lifetime.map_or(chosen, |lifetime| lifetime.min(chosen))
    }

    /// The lifetime of a refresh token: if it is not used by then, the session was idle.
    pub(crate) fn refresh_lifetime(&self, chosen: Duration) -> Duration {
        let chosen = self.access_lifetime(chosen);
        self.idle_timeout.map_or(chosen, |timeout| timeout.min(chosen))
    }

    /// Finds what contradicts itself or the lifetimes of the tokens.
    pub(super) fn check(
        &self,
        access_lifetime: Duration,
        refresh_lifetime: Duration,
        has_store: bool,
    ) -> Result<(), ConfigError> {
        if let Some(lifetime) = self.lifetime {
            check_lifetime("session_lifetime", lifetime)?;
        }
        if let Some(timeout) = self.idle_timeout {
            check_lifetime("session_idle_timeout", timeout)?;
            if timeout <= self.access_lifetime(access_lifetime) {
                return Err(ConfigError::IdleTimeoutTooShort);
            }
        }
        if self.grace > MAX_ROTATION_GRACE || self.grace >= self.refresh_lifetime(refresh_lifetime)
        {
            return Err(ConfigError::RotationGraceTooLong);
        }
        match self.limit {
            Some(SessionLimit::Refuse(0) | SessionLimit::EndOldest(0)) => {
                return Err(ConfigError::SessionLimitZero);
            }
            Some(_) if !has_store => return Err(ConfigError::StoreMissing("session_limit")),
            _ => {}
        }
        match self.denylist {
            Some(true) if !has_store => return Err(ConfigError::StoreMissing("denylist_enabled")),
            Some(false) if has_store => {
                let reason = "the store is what tokens are looked up in; remove one of them";
                return Err(ConfigError::setting("denylist_enabled", reason));
            }
            _ => {}
        }
        if self.checks_refresh { Ok(()) } else { Err(ConfigError::RefreshUnchecked) }
    }
}

impl JwtAuthBuilder {
    /// For how long after a refresh the token that was used up may come once more, in whole
    /// seconds. Default: not at all; at most one minute.
    ///
    /// For clients with several tabs, or that lose an answer on the way: they present one refresh
    /// token twice, and would be logged out. Within this time the second request is a retry: it
    /// gets the same refresh token again (the same `jti`, signed anew) and an access token, and
    /// there is still one chain. It holds for the immediate predecessor of the current token only,
    /// and only until that one is used itself. Anything else is a reuse, as without it.
    ///
    /// Tokens of an older library have none: trading one twice ends its session, however soon.
    ///
    /// The price: a thief who is that quick is not noticed by the reuse, but by the next one, when
    /// two parties use the successor.
    pub fn rotation_grace(mut self, grace: Duration) -> Self {
        self.sessions.grace = Duration::from_secs(grace.as_secs());
        self
    }

    /// How long after its login a session ends, however often it is refreshed. Default: never.
    ///
    /// No token of [`login`](crate::JwtAuth::login) and [`rotate`](crate::JwtAuth::rotate) has an
    /// `exp` after that. It is asked at each refresh, so a shorter one holds for the sessions that
    /// are open already, too. Access tokens that were made without asking the store, by
    /// [`reauthenticate`](crate::JwtAuth::reauthenticate) and
    /// [`issue_access`](crate::JwtAuth::issue_access) in an open session, may have a later `exp`;
    /// guards refuse them with the rest of the session, when its record goes, six minutes after its
    /// end.
    ///
    /// Source: [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2).
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.sessions.lifetime = Some(lifetime);
        self
    }

    /// How long after its last refresh, or its login, a session ends. Default: as long as the
    /// refresh token is good.
    ///
    /// No refresh token is good for longer than this, and the store asks again when it comes.
    /// Requests with access tokens are not noticed, so it has to be longer than the access
    /// lifetime.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.sessions.idle_timeout = Some(timeout);
        self
    }

    /// How many sessions a subject may have at once. Default: any number.
    ///
    /// Holds for [`login`](crate::JwtAuth::login) and
    /// [`issue_refresh`](crate::JwtAuth::issue_refresh), however many come at once. Whoever is
    /// refused gets [`AuthError::SessionLimitReached`](crate::AuthError::SessionLimitReached).
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::{JwtAuth, MemoryStore, SessionLimit};
    ///
    /// # let secret = [7, 1].repeat(16);
    /// let auth = JwtAuth::builder()
    ///     .secret(secret)
    ///     .store(MemoryStore::new())
    ///     .session_limit(SessionLimit::EndOldest(5))
    ///     .build()?;
    /// # Ok::<(), jwt_runtime::ConfigError>(())
    /// ```
    pub fn session_limit(mut self, limit: SessionLimit) -> Self {
        self.sessions.limit = Some(limit);
        self
    }

    /// Which types of token are looked up in the store. Default: both.
    ///
    /// `[TokenType::Refresh]` spares the store one question per request, and makes access tokens
    /// stateless: they are good until they expire, after a logout too. Refresh tokens are always
    /// looked up, so they have to be in it.
    pub fn revocation_checks(mut self, types: impl IntoIterator<Item = TokenType>) -> Self {
        (self.sessions.checks_access, self.sessions.checks_refresh) = (false, false);
        for token_type in types {
            match token_type {
                TokenType::Access => self.sessions.checks_access = true,
                TokenType::Refresh => self.sessions.checks_refresh = true,
            }
        }
        self
    }

    /// While the store is down, lets access tokens in without knowing whether they were revoked:
    /// a logged-out session, a stolen token that was reported, a dismissed administrator, until
    /// the token expires. Default: never; such requests are answered with 503.
    ///
    /// An open connection that waits for [`Token::ended`](crate::Token::ended) is not believed so, and
    /// ends after ten seconds.
    ///
    /// It holds for guards that any access token satisfies. Fresh guards, refresh tokens and tokens of
    /// an older library are refused as before, and so is whatever writes: logins, refreshes, logouts. A store that
    /// answers is not down, nor is one that this process has too many calls waiting for, which
    /// clients could bring about: [`StoreError::Unreadable`](crate::StoreError::Unreadable),
    /// [`Full`](crate::StoreError::Full) and [`Overloaded`](crate::StoreError::Overloaded) let
    /// nobody in. Each request that gets in is an error in the log and is counted by
    /// `jwt_accepted_unchecked_total`. Keep the access lifetime short.
    pub fn accept_access_tokens_unchecked_while_the_store_is_down(mut self) -> Self {
        self.sessions.accepts_unchecked = true;
        self
    }

    /// Calls this when a refresh token has come a second time and its session was ended for it:
    /// to tell the user, or somebody on duty. Replaces one that was set before.
    ///
    /// It is called once for each session that ends so, before the request that ended it is
    /// answered, so it should hand over what takes time. A client that hangs up when its token has
    /// been looked up does not keep it from being called. A panic in it is logged and does not
    /// reach the client. The `tracing` event in target `jwt::reuse` comes with it or without.
    ///
    /// A client whose answer was lost looks like a thief when it tries again: a
    /// [grace](Self::rotation_grace) makes room for that. There is none for tokens of an
    /// [older library](Self::accept_older): where the store went away in the middle of a trade, and not
    /// for a moment only, the next attempt is told of as well.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::{JwtAuth, MemoryStore};
    ///
    /// # let secret = [7, 1].repeat(16);
    /// let (alerts, inbox) = std::sync::mpsc::channel();
    /// let auth = JwtAuth::builder()
    ///     .secret(secret)
    ///     .store(MemoryStore::new())
    ///     .on_reuse(move |event| drop(alerts.send(event.subject.clone())))
    ///     .build()?;
    /// # drop(inbox);
    /// # Ok::<(), jwt_runtime::ConfigError>(())
    /// ```
    pub fn on_reuse(mut self, hook: impl Fn(&ReuseEvent) + Send + Sync + 'static) -> Self {
        self.on_reuse = Some(ReuseHook::new(hook));
        self
    }
}
