//! The first session of somebody who comes with a token of an older library.

use crate::auth::{JwtAuth, OlderRecord, OlderStanding, older_ref, to_the_end};
use crate::claims::{Claims, Freshness, OnReserved, Registered};
use crate::error::{AuthError, InvalidToken, IssueError};
use crate::meter;
use crate::numeric_date::NumericDate;
use crate::store::Device;
use crate::token::{ExtraHeader, RefreshToken, Token};
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

use super::TokenPair;
use super::login::same_subject;
use super::mint::{Draft, Minted, mint, new_cookies, new_id};

impl JwtAuth {
    /// Opens a session for a refresh token of an older library, which is used up by it.
    pub(super) async fn trade_older<C, N: Claims>(
        &self,
        old: &RefreshToken<C>,
        claims: &N,
    ) -> Result<TokenPair, AuthError> {
        let (now, registered) = (self.now(), old.registered());
        let record = self.older_record(older_ref(registered), now)?;
        // What a guard has found may be long ago.
        match record.standing().await? {
            OlderStanding::Live => {}
            OlderStanding::Revoked => return Err(counted(AuthError::TokenRevoked)),
            OlderStanding::UsedFor(session_id) => {
                return Err(counted(record.refuse_used(&session_id).await));
            }
        }
        let session_id = new_id();
        let cookies = new_cookies(self, false);
        let draft = Draft {
            token_type: TokenType::Access,
            session_id: &session_id,
            id: None,
            now,
            lifetime: self.access_lifetime(),
            freshness: Some(Freshness::Stale),
            auth_time: registered.auth_time,
            issuer: None,
            // As in any refresh, it does not grow.
            audience: (!registered.aud.is_empty()).then_some(&registered.aud),
            cookies: &cookies,
            header: &ExtraHeader::default(),
            on_reserved: OnReserved::Drop,
        };
        let access = mint(self, &draft, claims).map_err(too_long_to_go_on)?;
        let refresh = draft.refresh(self.refresh_lifetime());
        let refresh = mint(self, &refresh, claims).map_err(too_long_to_go_on)?;
        same_subject(registered, &refresh)?;
        self.fits_where(old, &access)?;
        self.fits_where(old, &refresh)?;
        let expires_at = refresh.token.expires_at().max(access.token.expires_at());
        let (auth, registered) = (self.clone(), registered.clone());
        let trade = async move { auth.open_traded(registered, refresh, expires_at, now).await };
        match to_the_end(trade).await {
            Ok(refresh) => {
                meter::rotation("rotated");
                Ok(TokenPair::new(access.token, refresh.token, now))
            }
            Err(refusal) => Err(counted(refusal)),
        }
    }

    /// What an older token that came in a cookie is exchanged for has to fit one too. This is asked
    /// before anything is done for it.
    pub(super) fn fits_where<C>(&self, older: &Token<C>, next: &Minted) -> Result<(), AuthError> {
        match older.location() {
            Some(TokenLocation::Cookie) => {
                self.fits_cookies(&next.token).map_err(too_long_to_go_on)
            }
            _ => Ok(()),
        }
    }

    /// Opens the session, or takes back what was done for it.
    async fn open_traded(
        &self,
        registered: Registered,
        refresh: Minted,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<Minted, AuthError> {
        let record = self.older_record(older_ref(&registered), now)?;
        match self.settle_trade(&record, registered.exp, &refresh, expires_at, now).await {
            Ok(None) => Ok(refresh),
            Ok(Some(refusal)) => Err(refusal),
            Err(failure) => {
                record.take_back(refresh.token.session_id()).await;
                Err(failure)
            }
        }
    }

    /// The steps in the store. The token is used up first, so that of several who trade it one gets a
    /// session; then the session is there, so that who revokes the token meanwhile finds it; and then
    /// the token is looked at once more, since somebody may have looked for a session before.
    ///
    /// Gives the refusal of a token that is no good any more.
    async fn settle_trade(
        &self,
        record: &OlderRecord<'_>,
        good_until: NumericDate,
        refresh: &Minted,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<Option<AuthError>, AuthError> {
        let session_id = refresh.token.session_id();
        if !record.use_up(session_id, good_until).await? {
            // Whoever was faster finds this, or is found.
            record.contest(good_until).await?;
            return Ok(Some(match record.used_for().await? {
                Some(session_id) => record.refuse_used(&session_id).await,
                None => AuthError::TokenRevoked,
            }));
        }
        let limit = self.session_rules().limit;
        self.open_session(refresh, Device::default(), limit, expires_at, now).await?;
        if record.note_used_up(session_id, good_until).await? {
            return Ok(None);
        }
        if record.is_contested().await? {
            return Ok(Some(record.refuse_used(session_id).await));
        }
        self.required_store()?.end_session(&refresh.subject, session_id, now).await?;
        // Whatever ends sessions may have let somebody else use it up.
        Ok(Some(match record.used_for().await? {
            Some(other) if other != session_id => record.refuse_used(&other).await,
            _ => AuthError::TokenRevoked,
        }))
    }

    /// Opens the session of a fresh access token that was made for the holder of an older one, if that
    /// is still good then.
    pub(super) async fn open_beside_older(
        &self,
        record: &OlderRecord<'_>,
        access: &Minted,
        now: NumericDate,
    ) -> Result<(), AuthError> {
        // One at a time: whoever proves themselves again and again has one session.
        record.end_beside().await?;
        let expires_at = access.token.expires_at();
        self.open_session(access, Device::default(), None, expires_at, now).await?;
        if record.standing().await? == OlderStanding::Live {
            return Ok(());
        }
        let session_id = access.token.session_id();
        self.required_store()?.end_session(&access.subject, session_id, now).await?;
        Err(AuthError::TokenRevoked)
    }
}

/// A good token may be so long that with what is added here it would be refused: that is no mistake of
/// the service, and its holder logs in.
pub(super) fn too_long_to_go_on(error: IssueError) -> AuthError {
    match error {
        IssueError::TooLong(_) | IssueError::CookieTooLarge { .. } => {
            AuthError::TokenInvalid(InvalidToken::TooLong)
        }
        other => other.into(),
    }
}

fn counted(refusal: AuthError) -> AuthError {
    meter::rotation(match refusal {
        AuthError::TokenReused => "reused",
        AuthError::TokenRevoked => "revoked",
        _ => "failed",
    });
    refusal
}
