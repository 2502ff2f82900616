//! The successor of an access token that ends soon, made without anybody asking for it.

use serde_json::{Map, Value};

use crate::auth::JwtAuth;
use crate::claims::{Freshness, OnReserved};
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::store::{Standing, TokenRef};
use crate::token::{EncodedToken, ExtraHeader, SignedToken, VerifiedEnvelope};
use crate::token_type::TokenType;

use super::mint::{Draft, mint};

impl JwtAuth {
    /// A token like `compact`, which a guard has accepted, and good for longer; nothing where there
    /// is none to be had.
    ///
    /// The store is asked again: since the guard, the handler may have revoked the token or ended
    /// its session.
    pub(crate) async fn successor(&self, compact: &str) -> Result<Option<EncodedToken>, AuthError> {
        let now = self.now();
        let signed = SignedToken::open(compact, self.keys(), self.headers())
            .map_err(AuthError::TokenInvalid)?;
        let (claims, envelope) = signed.accepted_claims::<Map<String, Value>>()?;
        let Some(end) = self.end_of_session(&envelope, now).await? else { return Ok(None) };
        let lifetime = self.access_lifetime().min(end.since(now));
        if now + lifetime <= envelope.exp {
            return Ok(None);
        }
        let old = envelope.into_owned();
        let Some(session_id) = old.sid.as_deref() else { return Ok(None) };
        let draft = Draft {
            token_type: TokenType::Access,
            session_id,
            id: None,
            now,
            lifetime,
            freshness: Some(Freshness::Stale),
            auth_time: old.auth_time,
            issuer: old.iss.as_deref(),
            audience: Some(&old.aud),
            csrf: old.csrf.as_ref(),
            header: &ExtraHeader::default(),
            on_reserved: OnReserved::Drop,
        };
        Ok(Some(mint(self, &draft, &claims)?.token))
    }

    /// When the session of a token ends at the latest; nothing if it has.
    async fn end_of_session(
        &self,
        token: &VerifiedEnvelope<'_>,
        now: NumericDate,
    ) -> Result<Option<NumericDate>, AuthError> {
        let rules = self.session_rules();
        let Some(store) = self.store() else {
            // Nobody has recorded it: it began with the login, and lasts as the next one would.
            let lifetime = rules.lifetime.unwrap_or(self.refresh_lifetime());
            return Ok(token.auth_time.map(|login| login + lifetime));
        };
        let Some(session_id) = token.sid.as_deref() else { return Ok(None) };
        let asked = TokenRef {
            subject: &token.sub,
            session_id,
            token_id: &token.jti,
            token_type: token.token_type,
        };
        if store.standing(asked, now).await? != Standing::Live {
            return Ok(None);
        }
        let sessions = store.sessions(&token.sub, now).await?;
        let session = sessions.into_iter().find(|session| session.id == session_id);
        Ok(session.map(|session| match rules.end(session.created_at) {
            Some(end) => end.min(session.expires_at),
            None => session.expires_at,
        }))
    }
}
