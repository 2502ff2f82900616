//! Opening sessions, and issuing single tokens.

use crate::auth::{JwtAuth, id_beside, older_ref};
use crate::claims::{Claims, Freshness, OnReserved, Registered};
use crate::error::{AuthError, IssueError};
use crate::meter;
use crate::numeric_date::NumericDate;
use crate::store::{Device, NewSession, Opening, SessionLimit};
use crate::token::{AccessToken, EncodedToken, ExtraHeader, Token};
use crate::token_type::TokenType;

use super::mint::{Draft, Minted, cookies_of, mint, new_cookies, new_id};
use super::options::FreshFor;
use super::trade::too_long_to_go_on;
use super::{AccessGrant, IssueOptions, LoginOptions, TokenPair};

impl JwtAuth {
    /// Opens a session for somebody whose credentials the application has just checked: a fresh
    /// access token and the first refresh token.
    ///
    /// # Errors
    ///
    /// - [`AuthError::SessionLimitReached`] when the subject has as many sessions as it may and
    ///   none is to be ended for another.
    /// - [`AuthError::StoreUnavailable`] when the session could not be recorded; no token leaves.
    /// - [`AuthError::NotIssued`] when the claims cannot be put into a token.
    ///
    /// # Examples
    ///
    /// ```
    /// # use jwt_runtime::{AuthError, Claims, JwtAuth, TokenPair};
    /// #[derive(Claims)]
    /// struct User {
    ///     sub: String,
    /// }
    ///
    /// # async fn example(auth: JwtAuth) -> Result<TokenPair, AuthError> {
    /// auth.login(&User { sub: "alice".into() }).await
    /// # }
    /// ```
    pub async fn login<C: Claims>(&self, claims: &C) -> Result<TokenPair, AuthError> {
        self.login_with(claims, LoginOptions::new()).await
    }

    /// The same, with what is known of the device, or a shorter freshness.
    ///
    /// # Errors
    ///
    /// As [`login`](Self::login).
    pub async fn login_with<C: Claims>(
        &self,
        claims: &C,
        options: LoginOptions,
    ) -> Result<TokenPair, AuthError> {
        let now = self.now();
        let session_id = new_id();
        let cookies = new_cookies(self, options.session_cookies);
        let header = ExtraHeader::default();
        let draft = Draft {
            token_type: TokenType::Access,
            session_id: &session_id,
            id: None,
            now,
            lifetime: self.access_lifetime(),
            freshness: Some(match options.fresh_for {
                Some(duration) => Freshness::Until(now + duration),
                None => Freshness::Fresh,
            }),
            auth_time: Some(now),
            issuer: None,
            audience: None,
            cookies: &cookies,
            header: &header,
            on_reserved: OnReserved::Refuse,
        };
        let access = mint(self, &draft, claims)?;
        let refresh = mint(self, &draft.refresh(self.refresh_lifetime()), claims)?;
        let expires_at = refresh.token.expires_at().max(access.token.expires_at());
        let limit = self.session_rules().limit;
        self.open_session(&refresh, options.device(), limit, expires_at, now).await?;
        Ok(TokenPair::new(access.token, refresh.token, now))
    }

    /// Issues a fresh access token for a session that goes on, after the application has checked
    /// the holder's credentials again.
    ///
    /// Its `exp` may lie beyond a [session lifetime](crate::JwtAuthBuilder::session_lifetime); it is
    /// refused all the same once the session has ended. For a token of an older library, which is in no
    /// session, one is opened that ends with that token, or when it is asked for again.
    ///
    /// Source: step-up as in [RFC 9470](https://www.rfc-editor.org/rfc/rfc9470).
    ///
    /// # Errors
    ///
    /// - [`AuthError::TokenInvalid`] when the guard that let the token in was another authority's, and
    ///   for a token of an older library that is so long that the fresh one would not fit.
    /// - [`AuthError::StoreUnavailable`] for a token of an older library, when the session that it gets
    ///   could not be recorded, and [`AuthError::TokenRevoked`] when it was revoked meanwhile.
    /// - [`AuthError::NotIssued`] when the claims cannot be put into a token.
    pub async fn reauthenticate<C: Claims>(
        &self,
        token: &AccessToken<C>,
    ) -> Result<AccessGrant, AuthError> {
        signed_here(self, token)?;
        let now = self.now();
        let registered = token.registered();
        // One of an older library is in no session; the fresh one gets one, which ends with it.
        let own_session = registered.is_older.then(|| id_beside(registered, &new_id()));
        let session_id = match &own_session {
            Some(id) => id,
            None => session_id(registered)?,
        };
        let cookies = cookies_of(self, registered);
        let draft = Draft {
            token_type: TokenType::Access,
            session_id,
            id: None,
            now,
            lifetime: self.access_lifetime(),
            freshness: Some(Freshness::Fresh),
            auth_time: Some(now),
            issuer: registered.iss.as_deref(),
            audience: Some(&registered.aud),
            cookies: &cookies,
            header: &ExtraHeader::default(),
            on_reserved: OnReserved::Drop,
        };
        let access = match mint(self, &draft, token.claims()) {
            Err(refusal) if registered.is_older => return Err(too_long_to_go_on(refusal)),
            minted => minted?,
        };
        same_subject(registered, &access)?;
        if registered.is_older {
            self.fits_where(token, &access)?;
        }
        if own_session.is_some() && self.store().is_some() {
            let record = self.older_record(older_ref(registered), now)?;
            self.open_beside_older(&record, &access, now).await?;
        }
        Ok(AccessGrant::new(access.token, now))
    }

    /// Issues an access token: fresh or not, for as long as the options say, in a session of its
    /// own or in one that is open.
    ///
    /// A session of its own has no refresh token. It is listed and counted like any other while
    /// the token is good, but it is not a login: a [session
    /// limit](crate::JwtAuthBuilder::session_limit) neither refuses it nor ends another for it. Its
    /// token is good for no longer than a
    /// [session lifetime](crate::JwtAuthBuilder::session_lifetime), whatever the options say.
    ///
    /// # Errors
    ///
    /// - [`AuthError::StoreUnavailable`] when its session could not be recorded.
    /// - [`AuthError::NotIssued`] when the claims or the options cannot be put into a token.
    pub async fn issue_access<C: Claims>(
        &self,
        claims: &C,
        options: IssueOptions,
    ) -> Result<EncodedToken, AuthError> {
        let now = self.now();
        let own_session = options.session_id.is_none();
        let session_id = options.session_id.unwrap_or_else(new_id);
        let cookies = new_cookies(self, false);
        let freshness = match options.freshness {
            FreshFor::Never => Freshness::Stale,
            FreshFor::Life => Freshness::Fresh,
            FreshFor::Duration(duration) => Freshness::Until(now + duration),
        };
        let draft = Draft {
            token_type: TokenType::Access,
            session_id: &session_id,
            id: None,
            now,
            lifetime: self
                .session_rules()
                .access_lifetime(options.lifetime.unwrap_or(self.access_lifetime())),
            freshness: Some(freshness),
            auth_time: (freshness != Freshness::Stale).then_some(now),
            issuer: None,
            audience: options.audience.as_ref(),
            cookies: &cookies,
            header: &options.header,
            on_reserved: OnReserved::Refuse,
        };
        let access = mint(self, &draft, claims)?;
        if own_session {
            let expires_at = access.token.expires_at();
            self.open_session(&access, Device::default(), None, expires_at, now).await?;
        }
        Ok(access.token)
    }

    /// The same as an answer: [`AccessGrant`] is a response of the form that RFC 6749 gives it.
    ///
    /// # Errors
    ///
    /// As [`issue_access`](Self::issue_access).
    pub async fn grant_access<C: Claims>(
        &self,
        claims: &C,
        options: IssueOptions,
    ) -> Result<AccessGrant, AuthError> {
        let now = self.now();
        self.issue_access(claims, options).await.map(|access| AccessGrant::new(access, now))
    }

    /// Issues a refresh token, which opens a session of its own, as a login does.
    ///
    /// # Errors
    ///
    /// - [`AuthError::SessionLimitReached`] as for [`login`](Self::login).
    /// - [`AuthError::StoreUnavailable`] when its session could not be recorded.
    /// - [`AuthError::NotIssued`] when the claims or the options cannot be put into a token, or
    ///   the options put it into a session that has a refresh token of its own.
    pub async fn issue_refresh<C: Claims>(
        &self,
        claims: &C,
        options: IssueOptions,
    ) -> Result<EncodedToken, AuthError> {
        if options.session_id.is_some() {
            return Err(IssueError::SessionTaken.into());
        }
        let now = self.now();
        let cookies = new_cookies(self, false);
        let draft = Draft {
            token_type: TokenType::Refresh,
            session_id: &new_id(),
            id: None,
            now,
            lifetime: self
                .session_rules()
                .refresh_lifetime(options.lifetime.unwrap_or(self.refresh_lifetime())),
            freshness: None,
            auth_time: None,
            issuer: None,
            audience: options.audience.as_ref(),
            cookies: &cookies,
            header: &options.header,
            on_reserved: OnReserved::Refuse,
        };
        let refresh = mint(self, &draft, claims)?;
        let (limit, expires_at) = (self.session_rules().limit, refresh.token.expires_at());
        self.open_session(&refresh, Device::default(), limit, expires_at, now).await?;
        Ok(refresh.token)
    }

    /// Records the session of a token that was just made; nothing to do without a store.
    pub(super) async fn open_session(
        &self,
        minted: &Minted,
        device: Device<'_>,
        limit: Option<SessionLimit>,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        let Some(store) = self.store() else {
            return Ok(());
        };
        let session = NewSession {
            subject: &minted.subject,
            session_id: minted.token.session_id(),
            refresh_token_id: minted.refresh_token_id(),
            device,
            now,
            expires_at,
            keep_until: Self::keep_until(expires_at),
            limit,
        };
        let opening = store.open_session(session).await;
        meter::session_opened(match opening {
            Ok(Opening::Opened) => "opened",
            Ok(Opening::LimitReached) => "limit_reached",
            Err(_) => "failed",
        });
        match opening? {
            Opening::Opened => Ok(()),
            Opening::LimitReached => Err(AuthError::SessionLimitReached),
        }
    }
}

/// The session of a verified token; tokens from elsewhere may have none.
pub(super) fn session_id(registered: &Registered) -> Result<&str, AuthError> {
    registered.sid.as_deref().ok_or(AuthError::ClaimInvalid { claim: "sid".into() })
}

/// What another authority let in is not traded for tokens of this one.
pub(super) fn signed_here<C>(auth: &JwtAuth, token: &Token<C>) -> Result<(), AuthError> {
    auth.open_own(token.as_str()).map(drop)
}

/// Claims that were changed on the way must not move a session to somebody else.
pub(super) fn same_subject(registered: &Registered, minted: &Minted) -> Result<(), AuthError> {
    if registered.sub == minted.subject {
        return Ok(());
    }
    Err(IssueError::SubjectChanged.into())
}
