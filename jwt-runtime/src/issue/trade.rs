//! The first session of somebody who comes with a refresh token of an older library.

use crate::auth::{JwtAuth, OlderStanding, to_the_end};
use crate::claims::{Claims, Freshness, OnReserved, Registered};
use crate::error::AuthError;
use crate::meter;
use crate::numeric_date::NumericDate;
use crate::store::{Device, TokenRef};
use crate::token::{ExtraHeader, RefreshToken};
use crate::token_type::TokenType;

use super::TokenPair;
use super::login::{older_ref, same_subject};
use super::mint::{Draft, Minted, mint, new_cookies, new_id};

impl JwtAuth {
    /// Opens a session for a refresh token of an older library, which is used up by it.
    pub(super) async fn trade_older<C, N: Claims>(
        &self,
        old: &RefreshToken<C>,
        claims: &N,
    ) -> Result<TokenPair, AuthError> {
        let store = self.required_store()?;
        let (now, registered) = (self.now(), old.registered());
        // What a guard has found may be long ago.
        let presented = older_ref(registered);
        match self.older_standing(store, presented, now).await? {
            OlderStanding::Live => {}
            OlderStanding::Revoked => return Err(counted(AuthError::TokenRevoked)),
            OlderStanding::UsedFor(session_id) => {
                return Err(counted(self.refuse_used(presented, &session_id, now).await?));
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
        let access = mint(self, &draft, claims)?;
        let refresh = mint(self, &draft.refresh(self.refresh_lifetime()), claims)?;
        same_subject(registered, &refresh)?;
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

    /// The steps in the store. The token is used up first, so that of several who trade it one gets a
    /// session; then the session is there, so that who revokes the token meanwhile finds it; and then
    /// the token is looked at once more, since somebody may have looked for a session before.
    async fn open_traded(
        &self,
        registered: Registered,
        refresh: Minted,
        expires_at: NumericDate,
        now: NumericDate,
    ) -> Result<Minted, AuthError> {
        let store = self.required_store()?;
        let session_id = refresh.token.session_id();
        let token = TokenRef { session_id, ..older_ref(&registered) };
        if !self.use_up_older(store, token, registered.exp, now).await? {
            // Whoever was faster finds this, or is found.
            let used_for = self.revoke_older(token, registered.exp, now).await?;
            if let Some(used_for) = used_for {
                self.refuse_used(token, &used_for, now).await?;
            }
            return Err(AuthError::TokenReused);
        }
        let limit = self.session_rules().limit;
        let settled = async {
            self.open_session(&refresh, Device::default(), limit, expires_at, now).await?;
            self.note_used_up(store, token, registered.exp, now).await
        };
        match settled.await {
            Ok(true) => Ok(refresh),
            Ok(false) => {
                store.end_session(&registered.sub, session_id, now).await?;
                Err(AuthError::TokenRevoked)
            }
            Err(refusal) => {
                // What fails here fails closed: the token is used up, and its session is nobody's.
                let _ = self.take_back(store, token, now).await;
                Err(refusal)
            }
        }
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
