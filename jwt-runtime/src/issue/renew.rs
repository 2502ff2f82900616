//! The next tokens of somebody who is there, made without anybody asking for them.

use serde_json::{Map, Value};

use crate::auth::JwtAuth;
use crate::claims::{Claims, Freshness, OnReserved, Registered};
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::store::{ErasedStore, Standing, TokenRef};
use crate::token::{EncodedToken, ExtraHeader, RefreshToken, Verified};
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

use super::TokenPair;
use super::login::session_id;
use super::mint::{Draft, cookies_of, mint};

type AllClaims = Map<String, Value>;

impl JwtAuth {
    /// An access token for one request that a good refresh token has let in; it goes to no client.
    pub(crate) fn interim_access<C: Claims>(
        &self,
        refresh: &Registered,
        claims: &C,
    ) -> Result<EncodedToken, AuthError> {
        self.stale_access(refresh, claims, refresh.exp)
    }

    /// A token like `compact`, which a guard has accepted, and good for longer; nothing where there
    /// is none to be had.
    ///
    /// The store is asked again: since the guard, the handler may have revoked the token or ended
    /// its session.
    pub(crate) async fn successor(&self, compact: &str) -> Result<Option<EncodedToken>, AuthError> {
        let now = self.now();
        let Some((old, claims)) = self.accepted(compact)? else { return Ok(None) };
        let renewal = self.cookies().and_then(|cookies| cookies.renewal.as_ref());
        if let Some(renewal) = renewal
            && !renewal.allows(&old).await
        {
            return Ok(None);
        }
        let Some(end) = self.end_of_session(&old, now).await? else { return Ok(None) };
        if now + self.access_lifetime().min(end.since(now)) <= old.exp {
            return Ok(None);
        }
        self.stale_access(&old, &claims, end).map(Some)
    }

    /// The pair for a refresh token that has let a request in, when its answer is there; nothing
    /// where the session has ended meanwhile, or the handler has revoked what it was given.
    ///
    /// Another request may have traded the same token while this one took its time: what a guard has
    /// found good is not a reuse, so nothing is presented that would be one by now.
    pub(crate) async fn traded(
        &self,
        refresh: &str,
        access: &str,
    ) -> Result<Option<TokenPair>, AuthError> {
        let (store, now) = (self.required_store()?, self.now());
        let Some((access, _)) = self.accepted(access)? else { return Ok(None) };
        if standing(store, &access, now).await? != Standing::Live {
            return Ok(None);
        }
        let signed = self.open(refresh)?;
        let (claims, envelope) = signed.accepted_claims::<AllClaims>()?;
        let (location, compact) = (Some(TokenLocation::Cookie), signed.compact());
        let verified = Verified { claims, envelope, compact, location, lifelines: self };
        let token = RefreshToken::new(verified.into_token());
        let is_tradable = match standing(store, token.registered(), now).await? {
            Standing::Live => true,
            Standing::Superseded { rotated_at } => {
                self.session_rules().is_within_grace(rotated_at, now)
            }
            Standing::Revoked | Standing::SessionEnded | Standing::Reused => false,
        };
        if is_tradable { self.rotate(token).await.map(Some) } else { Ok(None) }
    }

    /// What a guard has accepted, unless others have signed it: that is theirs to renew.
    fn accepted(&self, compact: &str) -> Result<Option<(Registered, AllClaims)>, AuthError> {
        let signed = self.open(compact)?;
        if signed.is_of_set() {
            return Ok(None);
        }
        let (claims, envelope) = signed.accepted_claims::<AllClaims>()?;
        Ok(Some((envelope.into_owned(), claims)))
    }

    /// An access token as of a refresh: in the same session, and not fresh.
    fn stale_access<C: Claims>(
        &self,
        old: &Registered,
        claims: &C,
        end: NumericDate,
    ) -> Result<EncodedToken, AuthError> {
        let now = self.now();
        let draft = Draft {
            token_type: TokenType::Access,
            session_id: session_id(old)?,
            id: None,
            now,
            lifetime: self.access_lifetime().min(end.since(now)),
            freshness: Some(Freshness::Stale),
            auth_time: old.auth_time,
            issuer: old.iss.as_deref(),
            audience: Some(&old.aud),
            cookies: &cookies_of(self, old),
            header: &ExtraHeader::default(),
            on_reserved: OnReserved::Drop,
        };
        Ok(mint(self, &draft, claims)?.token)
    }

    /// When the session of a token ends at the latest; nothing if it has.
    async fn end_of_session(
        &self,
        token: &Registered,
        now: NumericDate,
    ) -> Result<Option<NumericDate>, AuthError> {
        let rules = self.session_rules();
        let Some(store) = self.store() else {
            // Nobody has recorded it: it began with the login, and lasts as the next one would.
            let lifetime = rules.lifetime.unwrap_or(self.refresh_lifetime());
            return Ok(token.auth_time.map(|login| login + lifetime).filter(|end| *end > now));
        };
        if standing(store, token, now).await? != Standing::Live {
            return Ok(None);
        }
        let sessions = store.sessions(&token.sub, now).await?;
        let session = sessions.into_iter().find(|session| Some(&session.id) == token.sid.as_ref());
        let end = session.map(|session| {
            let idle = rules.idle_timeout.map(|timeout| session.last_used_at + timeout);
            let ends = [rules.end(session.created_at), idle];
            ends.into_iter().flatten().fold(session.expires_at, NumericDate::min)
        });
        Ok(end.filter(|end| *end > now))
    }
}

async fn standing(
    store: &dyn ErasedStore,
    token: &Registered,
    now: NumericDate,
) -> Result<Standing, AuthError> {
    let asked = TokenRef {
        subject: &token.sub,
        session_id: session_id(token)?,
        token_id: &token.jti,
        token_type: token.token_type,
    };
    Ok(store.standing(asked, now).await?)
}
