//! The first session of somebody who comes with a refresh token of an older library.

use crate::auth::JwtAuth;
use crate::claims::{Claims, Freshness, OnReserved};
use crate::error::AuthError;
use crate::store::{Device, TokenRef};
use crate::token::{ExtraHeader, RefreshToken};
use crate::token_type::TokenType;

use super::TokenPair;
use super::login::{older_ref, same_subject};
use super::mint::{Draft, mint, new_cookies, new_id};

impl JwtAuth {
    /// Opens a session for a refresh token of an older library, which is used up by it.
    pub(super) async fn trade_older<C, N: Claims>(
        &self,
        old: &RefreshToken<C>,
        claims: &N,
    ) -> Result<TokenPair, AuthError> {
        let store = self.required_store()?;
        let (now, registered) = (self.now(), old.registered());
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
            audience: None,
            cookies: &cookies,
            header: &ExtraHeader::default(),
            on_reserved: OnReserved::Drop,
        };
        let access = mint(self, &draft, claims)?;
        let refresh = mint(self, &draft.refresh(self.refresh_lifetime()), claims)?;
        same_subject(registered, &refresh)?;
        let expires_at = refresh.token.expires_at().max(access.token.expires_at());
        let limit = self.session_rules().limit;
        // The session comes first: whoever revokes the old token then finds what to end.
        self.open_session(&refresh, Device::default(), limit, expires_at, now).await?;
        let presented = TokenRef { session_id: &session_id, ..older_ref(registered) };
        let refusal = if !self.use_up_older(presented, registered.exp, now).await? {
            self.older_standing(store, presented, now).await?;
            AuthError::TokenReused
        } else if self.are_all_older_revoked(store, &registered.sub, now).await? {
            AuthError::TokenRevoked
        } else {
            return Ok(TokenPair::new(access.token, refresh.token, now));
        };
        store.end_session(&registered.sub, &session_id, now).await?;
        Err(refusal)
    }
}
