//! The pipeline for a token that is in no request.

use super::{ask_store, check_requirement};
use crate::auth::JwtAuth;
use crate::claims::{Claims, Registered};
use crate::error::AuthError;
use crate::meter;
use crate::policy::Rules;
use crate::token::{AccessToken, RefreshToken, Token, Verified};
use crate::trace;

impl JwtAuth {
    /// Verifies an access token that is not in a request: from a queue, or the first message of a
    /// WebSocket. The store is asked, as by a guard.
    ///
    /// # Errors
    ///
    /// Those of a guard: the first check that fails.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::{AuthError, Claims, JwtAuth};
    ///
    /// #[derive(Claims)]
    /// struct User {
    ///     sub: String,
    /// }
    ///
    /// async fn sender(auth: &JwtAuth, first_message: &str) -> Result<String, AuthError> {
    ///     let token = auth.verify_access::<User>(first_message).await?;
    ///     Ok(token.into_claims().sub)
    /// }
    /// ```
    pub async fn verify_access<C: Claims>(&self, token: &str) -> Result<AccessToken<C>, AuthError> {
        self.verified(token, &Rules::access()).await.map(AccessToken::new)
    }

    /// The same for a refresh token: whether it is still good. It is not used up by this.
    ///
    /// # Errors
    ///
    /// As [`verify_access`](Self::verify_access). A token that was used before ends its session.
    pub async fn verify_refresh<C: Claims>(
        &self,
        token: &str,
    ) -> Result<RefreshToken<C>, AuthError> {
        self.verified(token, &Rules::refresh()).await.map(RefreshToken::new)
    }

    /// The claims of a token of either kind that is genuine and may have expired; the store is not
    /// asked. They open nothing: this is for the record of who it was.
    ///
    /// # Errors
    ///
    /// Those of a guard but [`AuthError::TokenExpired`], and those of the store.
    pub fn verify_expired<C: Claims>(&self, token: &str) -> Result<(C, Registered), AuthError> {
        let signed = self.open(token)?;
        let (claims, envelope) = signed.expired_claims::<C>(self.settings(), self.now())?;
        check_requirement(self, &signed)?;
        Ok((claims, envelope.into_owned()))
    }

    async fn verified<C: Claims>(&self, token: &str, rules: &Rules) -> Result<Token<C>, AuthError> {
        let outcome = self.verify_by_hand(token, rules).await;
        match &outcome {
            Ok(_) => meter::accepted(),
            Err(refusal) => trace::refused(refusal),
        }
        outcome
    }

    async fn verify_by_hand<C: Claims>(
        &self,
        token: &str,
        rules: &Rules,
    ) -> Result<Token<C>, AuthError> {
        let now = self.now();
        let signed = self.open(token)?;
        let (claims, envelope) = signed.claims::<C>(self.settings(), &rules.expected, now)?;
        rules.check_type(&envelope)?;
        check_requirement(self, &signed)?;
        ask_store(self, rules, &envelope, now).await?;
        let compact = signed.compact();
        let verified = Verified { claims, envelope, compact, location: None, lifelines: self };
        Ok(verified.into_token())
    }
}
