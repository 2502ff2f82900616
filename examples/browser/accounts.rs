//! Signing up and logging in, for the API and the pages alike.

use axum::http::HeaderMap;
use jwt_runtime::TokenPair;

use crate::App;
use crate::devices;
use crate::failure::Failure;
use crate::sign_up::{Email, LogIn, SignUp};
use crate::users::{Account, User};

impl App {
    pub(crate) async fn sign_up(&self, given: SignUp) -> Result<Account, Failure> {
        let user = given.checked()?;
        let hash = self.passwords.hash(given.password).await?;
        self.users.insert(user, hash).await
    }

    pub(crate) async fn log_in(
        &self,
        given: LogIn,
        headers: &HeaderMap,
    ) -> Result<TokenPair, Failure> {
        let found = match Email::parse(&given.email) {
            Some(email) => self.users.by_email(&email).await?,
            None => None,
        };
        let (account, hash) = found.unzip();
        let is_right = self.passwords.verify(given.password, hash).await?;
        let account = account.filter(|_| is_right).ok_or(Failure::CredentialsWrong)?;
        self.open_session(account, headers).await
    }

    pub(crate) async fn open_session(
        &self,
        account: Account,
        headers: &HeaderMap,
    ) -> Result<TokenPair, Failure> {
        let user = User { sub: account.id };
        Ok(self.auth.login_with(&user, devices::login_options(headers)).await?)
    }
}
