//! Tokens as cookies of a response.

use std::time::Duration;

use crate::auth::JwtAuth;
use crate::cookies::{CookieKind, TokenCookies};
use crate::error::{AuthError, IssueError};
use crate::token::EncodedToken;
use crate::token_type::TokenType;

use super::TokenPair;

impl JwtAuth {
    /// The cookies for a login or a refresh: both tokens, and the CSRF token of each.
    ///
    /// # Errors
    ///
    /// - [`AuthError::NotIssued`] where cookies are not configured, and for a cookie of more than
    ///   4,096 bytes, name and attributes included, which browsers drop without a word.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::extract::State;
    /// use axum::response::Redirect;
    /// use jwt_runtime::{AuthError, Claims, JwtAuth, SameOrigin, TokenCookies};
    ///
    /// #[derive(Claims)]
    /// struct User {
    ///     sub: String,
    /// }
    ///
    /// async fn login(
    ///     _: SameOrigin,
    ///     State(auth): State<JwtAuth>,
    /// ) -> Result<(TokenCookies, Redirect), AuthError> {
    ///     // after the application has checked the password:
    ///     let pair = auth.login(&User { sub: "alice".into() }).await?;
    ///     Ok((auth.set_cookies(&pair)?, Redirect::to("/")))
    /// }
    /// ```
    pub fn set_cookies(&self, pair: &TokenPair) -> Result<TokenCookies, AuthError> {
        let cookies = self.with_token(self.no_cookies(), pair.access_token())?;
        Ok(self.with_token(cookies, pair.refresh_token())?)
    }

    /// The cookies of one access token: of
    /// [`reauthenticate`](Self::reauthenticate) or [`issue_access`](Self::issue_access).
    ///
    /// # Errors
    ///
    /// As [`set_cookies`](Self::set_cookies).
    pub fn set_access_cookies(&self, token: &EncodedToken) -> Result<TokenCookies, AuthError> {
        self.of_type(token, TokenType::Access)
    }

    /// The cookies of one refresh token.
    ///
    /// # Errors
    ///
    /// As [`set_cookies`](Self::set_cookies).
    pub fn set_refresh_cookies(&self, token: &EncodedToken) -> Result<TokenCookies, AuthError> {
        self.of_type(token, TokenType::Refresh)
    }

    /// Takes all of the cookies away, for a logout. Nothing where cookies are not configured.
    ///
    /// It ends no session: that is [`logout`](Self::logout), without which the tokens are as good as
    /// before.
    pub fn unset_cookies(&self) -> TokenCookies {
        let cookies = self.without_token(self.no_cookies(), TokenType::Access);
        self.without_token(cookies, TokenType::Refresh)
    }

    /// Takes away the cookies of the access token.
    pub fn unset_access_cookies(&self) -> TokenCookies {
        self.without_token(self.no_cookies(), TokenType::Access)
    }

    /// Takes away the cookies of the refresh token.
    pub fn unset_refresh_cookies(&self) -> TokenCookies {
        self.without_token(self.no_cookies(), TokenType::Refresh)
    }

    /// Whether a browser would keep the cookies of a token; whatever there is where none are configured.
    pub(super) fn fits_cookies(&self, token: &EncodedToken) -> Result<(), IssueError> {
        match self.cookies() {
            Some(_) => self.with_token(self.no_cookies(), token).map(drop),
            None => Ok(()),
        }
    }

    fn no_cookies(&self) -> TokenCookies {
        TokenCookies::none(self.cookies().is_some_and(|cookies| cookies.renewal.is_some()))
    }

    fn of_type(
        &self,
        token: &EncodedToken,
        token_type: TokenType,
    ) -> Result<TokenCookies, AuthError> {
        if token.token_type() != token_type {
            return Err(AuthError::TokenTypeWrong { expected: token_type });
        }
        Ok(self.with_token(self.no_cookies(), token)?)
    }

    fn with_token(
        &self,
        set: TokenCookies,
        token: &EncodedToken,
    ) -> Result<TokenCookies, IssueError> {
        let cookies = self.cookies().ok_or(IssueError::CookiesNotConfigured)?;
        let lifetime: Duration = token.expires_at().since(self.now());
        let kind = CookieKind::of(token.token_type());
        let lifetime = (!token.is_session_cookie()).then_some(lifetime);
        let set = set.set(&cookies.settings, kind, token.as_str(), lifetime)?;
        match token.csrf().filter(|_| cookies.csrf.sets_cookies()) {
            Some(csrf) => {
                let kind = CookieKind::csrf_of(token.token_type());
                set.set(&cookies.settings, kind, csrf.as_str(), lifetime)
            }
            None => Ok(set),
        }
    }

    fn without_token(&self, set: TokenCookies, token_type: TokenType) -> TokenCookies {
        let Some(cookies) = self.cookies() else { return set };
        let set = set.unset(&cookies.settings, CookieKind::of(token_type));
        match cookies.csrf.sets_cookies() {
            true => set.unset(&cookies.settings, CookieKind::csrf_of(token_type)),
            false => set,
        }
    }
}
