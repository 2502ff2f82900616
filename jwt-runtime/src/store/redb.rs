//! [`RedbStore`]: sessions and revocations of one machine, in a file.

mod deadlines;
mod desk;
mod failure;
mod file;
mod operations;
mod record;
mod reply;
mod tables;
mod threads;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use self::file::File;
use self::threads::Threads;
use super::session_record::SessionRecord;
use super::{NewSession, Opening, Rotation, RotationStep, Session, Standing, TokenRef, TokenStore};
use crate::error::StoreError;
use crate::numeric_date::NumericDate;

/// How long one call may take unless it was told otherwise.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(2);

/// Keeps sessions and revocations in one file, by the embedded database `redb`.
///
/// For one machine without Redis: a restart, a crash or a power cut forgets nothing that was
/// answered with `Ok`. Clones share the file. One process at a time has it open; for several, use
/// a server such as Redis. Needs the feature `redb`, and Rust 1.90.
///
/// # Threads and time
///
/// The file belongs to threads of the store's own, so a call blocks no thread of the runtime and
/// works on any, and without one. Writes that wait at the same time share one transaction and one
/// `fsync`. A call that has not been answered within the [`deadline`](RedbStoreBuilder::deadline)
/// ends with [`StoreError::Timeout`]; what it was to write may still be written if it had begun,
/// and is not if it had not. A call whose future is dropped is carried out. Dropping the last
/// clone waits for what was begun, no longer than the deadline, and closes the file.
///
/// # The file
///
/// It is made if there is none, readable by its owner alone; the folder has to be there. A file
/// that is something else, damaged, or of an unknown version is an error of
/// [`open`](Self::open) and is left as it is. Ended sessions give their room back to later ones;
/// expired ones are dropped in passing by later writes, a few at a time. On a full disk,
/// [`StoreError::Full`] answers what needs room; requests are still checked, and writes succeed
/// again when there is room.
///
/// Ids, subjects and devices are in it, never tokens. A copy of it that is put back brings back
/// what was revoked since: end every session after that.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{JwtAuth, RedbStore};
///
/// # let folder = std::env::temp_dir().join(format!("jwt-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let secret = [7, 1].repeat(16);
/// let store = RedbStore::open(folder.join("sessions.redb"))?;
/// let auth = JwtAuth::builder().secret(secret).store(store).build()?;
/// # drop(auth);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RedbStore {
    path: Arc<Path>,
    threads: Arc<Threads>,
}

impl RedbStore {
    /// Opens the file at this path, or makes it.
    ///
    /// Reads all of it, to find damage now and not later; for a program's start, as it blocks.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`] when another process has it open, it cannot be read, written
    ///   or made, or it is damaged, of an unknown version, or something else.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::builder(path).open()
    }

    /// Sets more than the path.
    pub fn builder(path: impl AsRef<Path>) -> RedbStoreBuilder {
        RedbStoreBuilder { path: path.as_ref().to_owned(), deadline: DEFAULT_DEADLINE }
    }
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore")
            .field("path", &self.path)
            .field("deadline", &self.threads.deadline())
            .finish_non_exhaustive()
    }
}

/// Settings of a [`RedbStore`].
#[derive(Clone, Debug)]
#[must_use = "call `.open()`"]
pub struct RedbStoreBuilder {
    path: PathBuf,
    deadline: Duration,
}

impl RedbStoreBuilder {
    /// How long one call may take; 2 s by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Opens the file, or makes it; as [`RedbStore::open`].
    ///
    /// # Errors
    ///
    /// As [`RedbStore::open`].
    pub fn open(self) -> Result<RedbStore, StoreError> {
        let threads = Threads::start(File::open(&self.path)?, self.deadline)?;
        Ok(RedbStore { path: self.path.into(), threads: Arc::new(threads) })
    }
}

impl TokenStore for RedbStore {
    async fn open_session(&self, session: NewSession<'_>) -> Result<Opening, StoreError> {
        let record = SessionRecord::opened(&session);
        let (subject, id) = (session.subject.to_owned(), session.session_id.to_owned());
        let limit = session.limit;
        self.threads
            .write(move |file| operations::open_session(file, &subject, &id, record, limit))
            .await
    }

    async fn standing(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
    ) -> Result<Standing, StoreError> {
        let token_type = token.token_type;
        let [subject, session_id, token_id] =
            [token.subject, token.session_id, token.token_id].map(str::to_owned);
        self.threads
            .read(move |file| {
                let token = TokenRef {
                    subject: &subject,
                    session_id: &session_id,
                    token_id: &token_id,
                    token_type,
                };
                operations::standing(file, token, now)
            })
            .await
    }

    async fn rotate(&self, step: RotationStep<'_>) -> Result<Rotation, StoreError> {
        let [subject, session_id, presented, successor] =
            [step.subject, step.session_id, step.presented, step.successor].map(str::to_owned);
        let RotationStep { now, expires_at, keep_until, .. } = step;
        let RotationStep { grace, session_lifetime, idle_timeout, .. } = step;
        self.threads
            .write(move |file| {
                let step = RotationStep {
                    subject: &subject,
                    session_id: &session_id,
                    presented: &presented,
                    successor: &successor,
                    now,
                    expires_at,
                    keep_until,
                    grace,
                    session_lifetime,
                    idle_timeout,
                };
                operations::rotate(file, &step)
            })
            .await
    }

    async fn revoke_token(
        &self,
        token: TokenRef<'_>,
        now: NumericDate,
        keep_until: NumericDate,
    ) -> Result<(), StoreError> {
        let (subject, id) = (token.subject.to_owned(), token.token_id.to_owned());
        self.threads
            .write(move |file| operations::revoke_token(file, &subject, &id, now, keep_until))
            .await
    }

    async fn end_session(
        &self,
        subject: &str,
        session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        let (subject, id) = (subject.to_owned(), session_id.to_owned());
        self.threads.write(move |file| operations::end_session(file, &subject, &id, now)).await
    }

    async fn end_other_sessions(
        &self,
        subject: &str,
        kept_session_id: &str,
        now: NumericDate,
    ) -> Result<bool, StoreError> {
        let (subject, kept) = (subject.to_owned(), kept_session_id.to_owned());
        self.threads
            .write(move |file| operations::end_other_sessions(file, &subject, Some(&kept), now))
            .await
    }

    async fn end_all_sessions(&self, subject: &str, now: NumericDate) -> Result<(), StoreError> {
        let subject = subject.to_owned();
        self.threads
            .write(move |file| operations::end_other_sessions(file, &subject, None, now))
            .await?;
        Ok(())
    }

    async fn end_every_session(&self, _now: NumericDate) -> Result<(), StoreError> {
        self.threads.write(operations::end_every_session).await
    }

    async fn sessions(&self, subject: &str, now: NumericDate) -> Result<Vec<Session>, StoreError> {
        let subject = subject.to_owned();
        self.threads.read(move |file| operations::sessions(file, &subject, now)).await
    }
}
