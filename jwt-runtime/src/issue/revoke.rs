//! Logout, in every size: one token, a session, a subject, everybody.

use std::future::Future;

use crate::auth::{JwtAuth, older_ref, to_the_end};
use crate::claims::Registered;
use crate::error::AuthError;
use crate::meter;
use crate::store::{Session, TokenRef};
use crate::token::is_made_up;

use super::login::session_id;

impl JwtAuth {
    /// Revokes one token; its session and the session's other tokens live on.
    ///
    /// The exception is a subject that has 10,000 revoked tokens which have not expired yet: then
    /// the store may end the session instead. Some calls read them all, and whoever has an account
    /// could make the store slow for everybody else.
    ///
    /// # Errors
    ///
    /// - [`AuthError::StoreUnavailable`] when the revocation could not be recorded: the token
    ///   still works, and the caller must not say otherwise.
    /// - [`AuthError::NotIssued`] without a store.
    pub async fn revoke(&self, token: &impl AsRef<Registered>) -> Result<(), AuthError> {
        let registered = token.as_ref();
        if registered.is_older {
            return self.revoke_one_older(registered).await;
        }
        let (auth, registered, now) = (self.clone(), registered.clone(), self.now());
        to_the_end(async move {
            let token = TokenRef {
                subject: &registered.sub,
                session_id: session_id(&registered)?,
                token_id: &registered.jti,
                token_type: registered.token_type,
            };
            let keep_until = Self::keep_until(registered.exp);
            Ok(auth.required_store()?.revoke_token(token, now, keep_until).await?)
        })
        .await?;
        meter::revoked("token");
        Ok(())
    }

    /// Ends the session of a token: its access and refresh tokens are dead from here on.
    ///
    /// # Errors
    ///
    /// As [`revoke`](Self::revoke).
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::extract::State;
    /// use axum::http::StatusCode;
    /// use jwt_runtime::{AuthError, JwtAuth, Registered, jwt_required};
    ///
    /// #[jwt_required]
    /// async fn logout(
    ///     #[claims] token: Registered,
    ///     State(auth): State<JwtAuth>,
    /// ) -> Result<StatusCode, AuthError> {
    ///     auth.logout(&token).await?;
    ///     Ok(StatusCode::NO_CONTENT)
    /// }
    /// ```
    pub async fn logout(&self, token: &impl AsRef<Registered>) -> Result<(), AuthError> {
        let registered = token.as_ref();
        if registered.is_older {
            return self.revoke_one_older(registered).await;
        }
        self.end_session(&registered.sub, session_id(registered)?).await.map(drop)
    }

    /// Revokes a token of an older library, and ends what was opened for it.
    async fn revoke_one_older(&self, registered: &Registered) -> Result<(), AuthError> {
        let (auth, registered, now) = (self.clone(), registered.clone(), self.now());
        let steps = async move {
            let record = auth.older_record(older_ref(&registered), now)?;
            // Before the token is refused: what fails here can be asked for again with it.
            record.end_opened().await?;
            let marked = record.mark(registered.exp).await;
            // And what was opened in between; whoever trades it from here on finds the mark, which may
            // be there although its answer is lost.
            record.end_opened().await?;
            marked
        };
        to_the_end(steps).await?;
        meter::revoked("token");
        Ok(())
    }

    /// Ends sessions, and revokes what older tokens there are of a subject, or of everybody.
    async fn end_with_older<T, F>(
        &self,
        subject: Option<&str>,
        end: impl Fn(JwtAuth) -> F + Send + Sync + 'static,
    ) -> Result<T, AuthError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, AuthError>> + Send + 'static,
    {
        let (auth, subject) = (self.clone(), subject.map(str::to_owned));
        to_the_end(async move {
            // Before older tokens are refused: what fails here can be asked for again with one. They
            // end all the same if there is no room to remember it.
            let ended = end(auth.clone()).await?;
            if auth.settings().older.is_none() {
                return Ok(ended);
            }
            let marked = auth.revoke_all_older(subject.as_deref(), auth.now()).await;
            // And one that was opened for an older token in between; the mark may be there although its
            // answer is lost.
            let ended = end(auth).await?;
            marked.map(|()| ended)
        })
        .await
    }

    /// Ends every session of a subject: "log me out everywhere", or a changed password.
    ///
    /// # Errors
    ///
    /// As [`revoke`](Self::revoke).
    pub async fn logout_all(&self, subject: &str) -> Result<(), AuthError> {
        self.required_store()?;
        if is_made_up(subject) {
            return Ok(());
        }
        let of = subject.to_owned();
        let end = move |auth: JwtAuth| {
            let of = of.clone();
            async move { Ok(auth.required_store()?.end_all_sessions(&of, auth.now()).await?) }
        };
        self.end_with_older(Some(subject), end).await?;
        meter::revoked("subject");
        Ok(())
    }

    /// Ends every session of a token's subject but the token's own: "log out my other devices".
    ///
    /// `false` if the token's own session has ended meanwhile; then none is left. A token of an older
    /// library is in no session, and is refused as one without `sid`.
    ///
    /// # Errors
    ///
    /// As [`revoke`](Self::revoke).
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::extract::State;
    /// use jwt_runtime::{AuthError, JwtAuth, Registered, jwt_required};
    ///
    /// #[jwt_required]
    /// async fn logout_others(
    ///     #[claims] token: Registered,
    ///     State(auth): State<JwtAuth>,
    /// ) -> Result<(), AuthError> {
    ///     if auth.logout_others(&token).await? { Ok(()) } else { Err(AuthError::TokenRevoked) }
    /// }
    /// ```
    pub async fn logout_others(&self, token: &impl AsRef<Registered>) -> Result<bool, AuthError> {
        let registered = token.as_ref();
        let (subject, kept) = (registered.sub.clone(), session_id(registered)?.to_owned());
        let end = move |auth: JwtAuth| {
            let (subject, kept) = (subject.clone(), kept.clone());
            async move {
                Ok(auth.required_store()?.end_other_sessions(&subject, &kept, auth.now()).await?)
            }
        };
        let lives = self.end_with_older(Some(&registered.sub), end).await?;
        meter::revoked("other_sessions");
        Ok(lives)
    }

    /// Ends every session of every subject, for the day when a key has leaked: all tokens are dead
    /// at the next request on every node, and everybody has to log in again.
    ///
    /// A leaked key still signs what it likes for sessions that are opened afterwards: replace it
    /// first. Where access tokens are [not looked up](crate::JwtAuthBuilder::revocation_checks),
    /// they are good until they expire, and only replacing the key ends them.
    ///
    /// # Errors
    ///
    /// As [`revoke`](Self::revoke). Some sessions may have ended and others not; calling again is
    /// safe.
    pub async fn logout_everyone(&self) -> Result<(), AuthError> {
        let end = |auth: JwtAuth| async move {
            Ok(auth.required_store()?.end_every_session(auth.now()).await?)
        };
        self.end_with_older(None, end).await?;
        meter::revoked("everyone");
        Ok(())
    }

    /// Ends one session of a subject, by its id; `false` if the subject has no such session.
    ///
    /// # Errors
    ///
    /// As [`revoke`](Self::revoke).
    pub async fn end_session(&self, subject: &str, session_id: &str) -> Result<bool, AuthError> {
        self.required_store()?;
        let (auth, now) = (self.clone(), self.now());
        let (subject, session_id) = (subject.to_owned(), session_id.to_owned());
        let ended = to_the_end(async move {
            let store = auth.required_store()?;
            Ok(!is_made_up(&subject) && store.end_session(&subject, &session_id, now).await?)
        })
        .await?;
        meter::revoked("session");
        Ok(ended)
    }

    /// The living sessions of a subject, oldest first.
    ///
    /// # Errors
    ///
    /// As [`revoke`](Self::revoke).
    pub async fn sessions(&self, subject: &str) -> Result<Vec<Session>, AuthError> {
        let store = self.required_store()?;
        match is_made_up(subject) {
            true => Ok(Vec::new()),
            false => Ok(store.sessions(subject, self.now()).await?),
        }
    }
}
