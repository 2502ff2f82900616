//! [`TokenStore`] in the commands of Redis.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use redis::aio::ConnectionLike as _;
use redis::{
    ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult, Script, Value, from_redis_value,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::link::{Attempt, Connection};
use super::record::{Findings, Record, UnreadableRecord, date, without_epoch};
use super::{RedisStore, device, escape::escape, keys, scripts, token_id};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;
use crate::store::session_record::MOST_REVOKED;
use crate::store::{
    NewSession, Opening, Rotation, RotationStep, Session, SessionLimit, Standing, TokenRef,
    TokenStore,
};
use crate::token_type::TokenType;

/// How many epochs are removed within one deadline.
const EPOCHS_AT_ONCE: usize = 256;

impl TokenStore for RedisStore {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        let (limit, max) = match session.limit {
            None => ("none", 0),
            Some(SessionLimit::Refuse(max)) => ("refuse", max),
            Some(SessionLimit::EndOldest(max)) => ("end", max),
        };
        let answer: String = self
            .run(&scripts::OPEN, session.subject, |_| {
                vec![
                    escape(session.session_id).into_owned(),
                    new_epoch(),
                    without_epoch(&session),
                    device::written(session.device).unwrap_or_default(),
                    session.now.to_string(),
                    ttl(session.now, session.keep_until),
                    limit.to_owned(),
                    max.to_string(),
                ]
            })
            .await?;
        match answer.as_str() {
            "opened" => Ok(Opening::Opened),
            "limit" => Ok(Opening::LimitReached),
            _ => Err(UnreadableRecord.into()),
        }
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        match &self.view {
            Some(view) if token.token_type == TokenType::Access => {
                self.standing_by_view(view, token, now).await
            }
            _ => self.standing_by_redis(token, now).await,
        }
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        // Upwards: of dates in whole seconds, those less than 1.5 s apart are less than 2 s apart.
        let grace = step.grace.as_secs().saturating_add(u64::from(step.grace.subsec_nanos() > 0));
        let answer: Vec<String> = self
            .run(&scripts::ROTATE, step.subject, |attempt| {
                let seconds = |may_last: Option<std::time::Duration>| {
                    may_last.map(|may_last| may_last.as_secs().to_string()).unwrap_or_default()
                };
                let successor = match grace {
                    0 => token_id::short(step.successor),
                    _ => token_id::long(step.successor),
                };
                vec![
                    escape(step.session_id).into_owned(),
                    match attempt {
                        Attempt::First => "first".to_owned(),
                        Attempt::Again => "again".to_owned(),
                    },
                    token_id::short(step.presented),
                    token_id::long(step.presented),
                    successor,
                    step.now.to_string(),
                    step.expires_at.to_string(),
                    step.keep_until.since(step.expires_at).as_secs().to_string(),
                    grace.to_string(),
                    seconds(step.session_lifetime),
                    seconds(step.idle_timeout),
                ]
            })
            .await?;
        Ok(rotation(&answer)?)
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        self.run(&scripts::REVOKE, token.subject, |_| {
            vec![
                escape(token.token_id).into_owned(),
                now.to_string(),
                keep_until.to_string(),
                ttl(now, keep_until),
                escape(token.session_id).into_owned(),
                MOST_REVOKED.to_string(),
            ]
        })
        .await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        let args = |_| vec![escape(session_id).into_owned(), now.to_string()];
        self.run(&scripts::END, subject, args).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        let args = |_| vec![escape(kept_session_id).into_owned(), now.to_string()];
        self.run(&scripts::END_OTHERS, subject, args).await
    }

    async fn end_all_sessions(&self, subject: &str, _now: NumericDate) -> Result<(), StoreError> {
        let key = self.keys.subject(subject);
        let _changing = self.changing(&key);
        let unlink = redis::cmd("UNLINK").arg(&key).to_owned();
        self.link
            .tell(&self.keys.confirmation(subject), |mut connection, _| {
                let unlink = &unlink;
                async move { unlink.exec_async(&mut connection).await }
            })
            .await
    }

    async fn end_every_session(&self, _now: NumericDate) -> Result<(), StoreError> {
        let _changing = self.changing_all();
        for keys in self.keys.epochs().chunks(EPOCHS_AT_ONCE) {
            let Some((_, confirmation)) = keys.first() else { continue };
            self.link.tell(confirmation, |connection, _| unlink_each(connection, keys)).await?;
        }
        Ok(())
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        let mut asked = redis::pipe();
        asked.cmd("HGETALL").arg(self.keys.subject(subject));
        asked.cmd("GET").arg(self.keys.epoch(subject));
        let (fields, epoch): (HashMap<Vec<u8>, Vec<u8>>, Found) = self.ask_for(&asked).await?;
        let mut sessions = Vec::new();
        for (field, value) in &fields {
            let Some(id) = keys::session_id(field) else { continue };
            let record = Record::parse(value)?;
            if !record.is_of(epoch.as_deref()) || record.expires_at <= now {
                continue;
            }
            let device = fields.get(keys::device_field(&id).as_bytes());
            let mut session = record.shown(id);
            if let Some(device) = device {
                device::read_into(&mut session, device)?;
            }
            sessions.push(session);
        }
        sessions.sort_unstable_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(sessions)
    }
}

pub(super) type Found = Option<Vec<u8>>;

impl RedisStore {
    /// How a token stands, by Redis itself.
    pub(super) async fn standing_by_redis(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        let mut asked = redis::pipe();
        asked
            .cmd("HMGET")
            .arg(self.keys.subject(token.subject))
            .arg(keys::session_field(token.session_id))
            .arg(keys::revoked_field(token.token_id));
        // After the session, not before: what ends and begins between the two commands is then a
        // session of an older epoch, which has ended. The other way round it would be a session of
        // a younger one, and somebody who has just logged in would be turned away.
        asked.cmd("GET").arg(self.keys.epoch(token.subject));
        let ((session, revoked), epoch): ((Found, Found), Found) = self.ask_for(&asked).await?;
        let findings = Findings {
            session: session.as_deref(),
            is_revoked: revoked.is_some(),
            epoch: epoch.as_deref(),
        };
        Ok(findings.standing(&token, now)?)
    }

    /// Sends several commands at once and reads their answers.
    pub(super) async fn ask_for<T>(&self, asked: &Pipeline) -> Result<T, StoreError>
    where
        T: FromRedisValue + Send,
    {
        self.link
            .ask(|mut connection, _| async move {
                // `query_async` would make one error of all that has neither kind nor code, and
                // whoever has to know READONLY from OOM would not.
                let answers = connection.req_packed_commands(asked, 0, asked.len()).await?;
                Ok(from_redis_value(Value::Array(answers).extract_error()?)?)
            })
            .await
    }

    /// Runs a script on the keys of a subject: first its hash, then the epoch of its slot.
    async fn run<T>(
        &self,
        script: &Script,
        subject: &str,
        args: impl Fn(Attempt) -> Vec<String> + Send + Sync,
    ) -> Result<T, StoreError>
    where
        T: FromRedisValue + Send,
    {
        let keys = [self.keys.subject(subject), self.keys.epoch(subject)];
        let _changing = self.changing(&keys[0]);
        self.link
            .tell(&self.keys.confirmation(subject), |mut connection, attempt| {
                let mut call = script.prepare_invoke();
                call.key(&keys).arg(args(attempt));
                async move { call.invoke_async(&mut connection).await }
            })
            .await
    }
}

/// Removes keys of any slots, each by a command of its own: a cluster takes no other. Beside each
/// is the key of its confirmation.
async fn unlink_each(connection: Connection, keys: &[(String, String)]) -> RedisResult<()> {
    let mut commands = JoinSet::new();
    for (key, confirmation) in keys {
        let (mut connection, key) = (connection.to_confirm(confirmation), key.clone());
        commands
            .spawn(async move { redis::cmd("UNLINK").arg(key).exec_async(&mut connection).await });
    }
    while let Some(done) = commands.join_next().await {
        done.map_err(|_| RedisError::from((ErrorKind::Client, "a command was given up")))??;
    }
    Ok(())
}

/// Reads the answer of [`scripts::ROTATE`].
fn rotation(answer: &[String]) -> Result<Rotation, UnreadableRecord> {
    let answer: Vec<&str> = answer.iter().map(String::as_str).collect();
    Ok(match *answer {
        ["rotated", created_at] => Rotation::Rotated { created_at: date(created_at)? },
        ["repeated", created_at, successor, rotated_at] => Rotation::Repeated {
            successor: token_id::read(successor).ok_or(UnreadableRecord)?,
            rotated_at: date(rotated_at)?,
            created_at: date(created_at)?,
        },
        ["revoked"] => Rotation::Revoked,
        ["ended"] => Rotation::SessionEnded,
        ["reused"] => Rotation::Reused,
        _ => return Err(UnreadableRecord),
    })
}

impl From<UnreadableRecord> for StoreError {
    fn from(error: UnreadableRecord) -> Self {
        Self::unreadable(error)
    }
}

/// Eight characters that were never an epoch before: 48 bits, most of them random.
fn new_epoch() -> String {
    let [.., a, b, c, d, e, f] = Uuid::now_v7().into_bytes();
    URL_SAFE_NO_PAD.encode([a, b, c, d, e, f])
}

/// How long a record has to be kept, in seconds; Redis refuses to keep anything for none.
fn ttl(now: NumericDate, keep_until: NumericDate) -> String {
    keep_until.since(now).as_secs().max(1).to_string()
}
