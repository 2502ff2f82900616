//! [`TokenStore`] in the commands of Redis.

use redis::{FromRedisValue, Script};
use uuid::Uuid;

use super::RedisStore;
use super::keys::escape;
use super::link::Attempt;
use super::record::{Record, UnreadableRecord, without_nonce};
use super::scripts;
use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::store::{
    NewSession, Opening, Rotation, RotationStep, Session, Standing, TokenRef, TokenStore,
};
use crate::token_type::TokenType;

impl TokenStore for RedisStore {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        let keys = self.keys.of(session.subject);
        let () = self
            .run(
                &scripts::OPEN,
                &[&keys.subject(), &keys.session(session.session_id), &keys.sessions()],
                |_| {
                    vec![
                        Uuid::now_v7().simple().to_string(),
                        without_nonce(&session),
                        ttl(session.now, session.keep_until),
                        session.session_id.to_owned(),
                        session.now.to_string(),
                        session.expires_at.to_string(),
                    ]
                },
            )
            .await?;
        Ok(Opening::Opened)
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        _now: NumericDate,
    ) -> Result<Standing, StoreError> {
        let keys = self.keys.of(token.subject);
        let (revoked, session, nonce): (Found, Found, Found) = self
            .command(
                "MGET",
                &[&keys.revoked(token.token_id), &keys.session(token.session_id), &keys.subject()],
            )
            .await?;
        if revoked.is_some() {
            return Ok(Standing::Revoked);
        }
        let (Some(session), Some(nonce)) = (session, nonce) else {
            return Ok(Standing::SessionEnded);
        };
        let record = Record::parse(&session)?;
        Ok(if !record.belongs_to(&nonce) {
            Standing::SessionEnded
        } else if token.token_type == TokenType::Refresh && !record.is_current(token.token_id) {
            Standing::Reused
        } else {
            Standing::Live
        })
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        let keys = self.keys.of(step.subject);
        let answer: String = self
            .run(
                &scripts::ROTATE,
                &[
                    &keys.subject(),
                    &keys.session(step.session_id),
                    &keys.sessions(),
                    &keys.revoked(step.presented),
                ],
                |attempt| {
                    vec![
                        escape(step.presented).into_owned(),
                        escape(step.successor).into_owned(),
                        ttl(step.now, step.keep_until),
                        step.session_id.to_owned(),
                        step.now.to_string(),
                        step.expires_at.to_string(),
                        match attempt {
                            Attempt::First => "first".to_owned(),
                            Attempt::Again => "again".to_owned(),
                        },
                    ]
                },
            )
            .await?;
        scripts::rotation(&answer, step.now)
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        let keys = self.keys.of(token.subject);
        self.run(&scripts::REVOKE, &[&keys.revoked(token.token_id)], |_| vec![ttl(now, keep_until)])
            .await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        _now: NumericDate,
    ) -> Result<bool, StoreError> {
        let keys = self.keys.of(subject);
        self.run(
            &scripts::END,
            &[&keys.subject(), &keys.session(session_id), &keys.sessions()],
            |_| vec![session_id.to_owned()],
        )
        .await
    }

    async fn end_other_sessions(
        &self,
        _subject: &str,
        _kept_session_id: &str,
        _now: NumericDate,
    ) -> Result<bool, StoreError> {
        Err(StoreError::unavailable("not yet"))
    }

    async fn end_every_session(&self, _now: NumericDate) -> Result<(), StoreError> {
        Err(StoreError::unavailable("not yet"))
    }

    async fn end_all_sessions(&self, subject: &str, _now: NumericDate) -> Result<(), StoreError> {
        let keys = self.keys.of(subject);
        let _removed: u64 = self.command("UNLINK", &[&keys.subject(), &keys.sessions()]).await?;
        Ok(())
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        let keys = self.keys.of(subject);
        let ids: Vec<String> =
            self.command("ZRANGEBYSCORE", &[&keys.sessions(), &format!("({now}"), "+inf"]).await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // The nonce is read together with the sessions, so the list is of one moment.
        let subject_key = keys.subject();
        let session_keys: Vec<String> = ids.iter().map(|id| keys.session(id)).collect();
        let mget: Vec<&str> =
            std::iter::once(&subject_key).chain(&session_keys).map(String::as_str).collect();
        let found: Vec<Found> = self.command("MGET", &mget).await?;

        let mut found = found.into_iter();
        let Some(nonce) = found.next().flatten() else { return Ok(Vec::new()) };
        let mut sessions = Vec::with_capacity(ids.len());
        for (id, value) in ids.into_iter().zip(found) {
            let Some(value) = value else { continue };
            let record = Record::parse(&value)?;
            if record.belongs_to(&nonce) && record.expires_at > now {
                sessions.push(record.into_session(id));
            }
        }
        sessions.sort_unstable_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(sessions)
    }
}

type Found = Option<Vec<u8>>;

impl RedisStore {
    async fn command<T>(&self, name: &str, args: &[&str]) -> Result<T, StoreError>
    where
        T: FromRedisValue + Send,
    {
        let command = redis::cmd(name).arg(args).to_owned();
        self.link
            .ask(|mut manager, _| {
                let command = &command;
                async move { command.query_async(&mut manager).await }
            })
            .await
    }

    async fn run<T>(
        &self,
        script: &Script,
        keys: &[&str],
        args: impl Fn(Attempt) -> Vec<String> + Send + Sync,
    ) -> Result<T, StoreError>
    where
        T: FromRedisValue + Send,
    {
        self.link
            .ask(|mut manager, attempt| {
                let mut call = script.prepare_invoke();
                call.key(keys).arg(args(attempt));
                async move { call.invoke_async(&mut manager).await }
            })
            .await
    }
}

impl From<UnreadableRecord> for StoreError {
    fn from(error: UnreadableRecord) -> Self {
        Self::unavailable(error)
    }
}

/// How long a record has to be kept, in seconds; Redis refuses to keep anything for none.
fn ttl(now: NumericDate, keep_until: NumericDate) -> String {
    keep_until.since(now).as_secs().max(1).to_string()
}
