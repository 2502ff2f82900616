//! One-time refresh.

use crate::auth::JwtAuth;
use crate::claims::{Claims, Freshness, OnReserved};
use crate::error::AuthError;
use crate::meter;
use crate::store::{Rotation, RotationStep, TokenRef};
use crate::token::{ExtraHeader, RefreshToken};
use crate::token_type::TokenType;

use super::TokenPair;
use super::login::{same_subject, session_id, signed_here};
use super::mint::{Draft, cookies_of, cut, mint};

impl JwtAuth {
    /// Trades a refresh token for the next pair; the access token is not fresh.
    ///
    /// The old token is used up in the same atomic step that records the new one. If it was used
    /// before, somebody holds a copy, and nobody can tell who: the session ends. A
    /// [grace](crate::JwtAuthBuilder::rotation_grace) makes an exception for retries, which get the
    /// same refresh token once more.
    ///
    /// Source: [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2).
    ///
    /// # Errors
    ///
    /// - [`AuthError::TokenReused`] when the token was used before; its session has been ended.
    /// - [`AuthError::TokenRevoked`] when the token was revoked or the session has ended.
    /// - [`AuthError::TokenInvalid`] when the guard that let the token in was another authority's, and
    ///   for a token of an older library that is so long that what it is traded for would not fit.
    /// - [`AuthError::StoreUnavailable`] when the store did not answer. The client cannot know
    ///   whether its token was used up; it has to try again, and to log in if that fails.
    /// - [`AuthError::NotIssued`] without a store.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::extract::State;
    /// use jwt_runtime::{AuthError, Claims, JwtAuth, RefreshToken, TokenPair, refresh_required};
    ///
    /// # #[derive(Claims)]
    /// # struct User { sub: String }
    /// #[refresh_required]
    /// async fn refresh(
    ///     #[token] old: RefreshToken<User>,
    ///     State(auth): State<JwtAuth>,
    /// ) -> Result<TokenPair, AuthError> {
    ///     auth.rotate(old).await
    /// }
    /// ```
    pub async fn rotate<C: Claims>(&self, old: RefreshToken<C>) -> Result<TokenPair, AuthError> {
        self.rotate_into(&old, old.claims()).await
    }

    /// The same, with claims that were read again: roles that have changed since the login, say. The
    /// refresh token may have been of another claims type, with less in it.
    ///
    /// # Errors
    ///
    /// As [`rotate`](Self::rotate), and [`AuthError::NotIssued`] when the claims are about another
    /// subject.
    pub async fn rotate_with<C: Claims, N: Claims>(
        &self,
        old: RefreshToken<C>,
        claims: &N,
    ) -> Result<TokenPair, AuthError> {
        self.rotate_into(&old, claims).await
    }

    async fn rotate_into<C, N: Claims>(
        &self,
        old: &RefreshToken<C>,
        claims: &N,
    ) -> Result<TokenPair, AuthError> {
        let store = self.required_store()?;
        signed_here(self, old)?;
        let (now, rules) = (self.now(), self.session_rules());
        let registered = old.registered();
        if registered.is_older {
            return Box::pin(self.trade_older(old, claims)).await;
        }
        let session_id = session_id(registered)?;
        let cookies = cookies_of(self, registered);
        let draft = Draft {
            token_type: TokenType::Access,
            session_id,
            id: None,
            now,
            lifetime: self.access_lifetime(),
            freshness: Some(Freshness::Stale),
            auth_time: registered.auth_time,
            issuer: registered.iss.as_deref(),
            audience: Some(&registered.aud),
            cookies: &cookies,
            header: &ExtraHeader::default(),
            on_reserved: OnReserved::Drop,
        };
        let access = mint(self, &draft, claims)?;
        let refresh_draft = draft.refresh(self.refresh_lifetime());
        let refresh = mint(self, &refresh_draft, claims)?;
        same_subject(registered, &refresh)?;
        let expires_at = refresh.token.expires_at().max(access.token.expires_at());
        let step = RotationStep {
            subject: &registered.sub,
            session_id,
            presented: &registered.jti,
            successor: refresh.token.id(),
            now,
            expires_at,
            keep_until: Self::keep_until(expires_at),
            grace: rules.grace,
            session_lifetime: rules.lifetime,
            idle_timeout: rules.idle_timeout,
        };
        let rotation = store.rotate(step).await;
        meter::rotation(match rotation {
            Ok(Rotation::Rotated { .. }) => "rotated",
            Ok(Rotation::Repeated { .. }) => "repeated",
            Ok(Rotation::Revoked) => "revoked",
            Ok(Rotation::SessionEnded) => "session_ended",
            Ok(Rotation::Reused) => "reused",
            Err(_) => "failed",
        });
        let (created_at, refresh_draft, refresh) = match rotation? {
            Rotation::Rotated { created_at } => (created_at, refresh_draft, refresh),
            Rotation::Repeated { successor, rotated_at, created_at } => {
                // The token that the first attempt got, not one more: same id, same dates.
                let first = Draft { now: rotated_at, ..refresh_draft };
                let again = mint(self, &Draft { id: Some(&successor), ..first }, claims)?;
                (created_at, first, again)
            }
            Rotation::Revoked | Rotation::SessionEnded => return Err(AuthError::TokenRevoked),
            Rotation::Reused => {
                let token = TokenRef {
                    subject: &registered.sub,
                    session_id,
                    token_id: &registered.jti,
                    token_type: TokenType::Refresh,
                };
                self.reused(token, now);
                return Err(AuthError::TokenReused);
            }
        };
        let end = rules.end(created_at);
        let access = cut(self, access, &draft, end, claims)?;
        let refresh = cut(self, refresh, &refresh_draft, end, claims)?;
        Ok(TokenPair::new(access.token, refresh.token, now))
    }
}
