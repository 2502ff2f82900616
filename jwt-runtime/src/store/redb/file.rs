//! The file: made with care, opened by one process at a time, and opened again after a failure.

use std::fs::{self, OpenOptions};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use redb::{Builder, Database, DatabaseError, ReadTransaction, ReadableDatabase, WriteTransaction};

use super::failure::Failure;
use super::tables::{META, SCHEMA, Writing};
use crate::error::StoreError;

/// How much of the file is kept in memory, at most.
const CACHE_BYTES: usize = 128 * 1024 * 1024;

/// How long after a failure the file is left in peace. Opening it again reads all of it.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) struct File {
    path: PathBuf,
    /// Nothing while it could not be opened again.
    database: RwLock<Option<Database>>,
    /// When the database failed that has not been replaced since, or could not be.
    failed: Mutex<Option<Instant>>,
    /// When a write found no room.
    full: Mutex<Option<Instant>>,
}

impl File {
    /// Opens the file, or makes it if there is none.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let in_file = |problem: String| {
            StoreError::unavailable(format!("the session file {}: {problem}", path.display()))
        };
        if !path.try_exists().map_err(|error| in_file(error.to_string()))? {
            create(path).map_err(in_file)?;
        }
        let database = open_existing(path).map_err(in_file)?;
        let path = fs::canonicalize(path).map_err(|error| in_file(error.to_string()))?;
        Ok(Self {
            path,
            database: RwLock::new(Some(database)),
            failed: Mutex::default(),
            full: Mutex::default(),
        })
    }

    /// Runs a read transaction, which sees everything that was committed before.
    pub(super) fn read<T>(
        &self,
        calls: impl FnOnce(&ReadTransaction) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.with(|database| calls(&database.begin_read()?))
    }

    /// Runs a write transaction, which is on disk when this returns, or as if it had never been.
    pub(super) fn write<T>(
        &self,
        calls: impl FnOnce(&WriteTransaction) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        // A write that finds no room closes the file, and reads have to wait until it is open
        // again; so on a full disk there is one now and then.
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        if full.is_some_and(|full| full.elapsed() < PAUSE) {
            return Err(Failure::StillFull);
        }
        let result = self.with(|database| {
            let transaction = database.begin_write()?;
            let result = calls(&transaction)?;
            transaction.commit()?;
            Ok(result)
        });
        let is_full = result.as_ref().is_err_and(Failure::is_for_want_of_room);
        *full = is_full.then(Instant::now);
        result
    }

    fn with<T>(&self, run: impl FnOnce(&Database) -> Result<T, Failure>) -> Result<T, Failure> {
        self.reopen_if_failed()?;
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let Some(open) = &*database else {
            return Err(Failure::Closed("it was closed meanwhile".to_owned()));
        };
        // On a file that somebody has written over, the database may panic.
        let result = catch_unwind(AssertUnwindSafe(|| run(open))).unwrap_or(Err(Failure::Panicked));
        if let Err(failure) = &result
            && failure.needs_reopening()
        {
            tracing::error!(target: "jwt::store", %failure, "the session file does not serve");
            *self.failed() = Some(Instant::now());
        }
        result
    }

    /// A database that has seen an error of the disk refuses everything until it is opened again.
    fn reopen_if_failed(&self) -> Result<(), Failure> {
        if self.failed().is_none() {
            return Ok(());
        }
        let mut database = self.database.write().unwrap_or_else(PoisonError::into_inner);
        let Some(failed_at) = *self.failed() else { return Ok(()) };
        if database.is_none() && failed_at.elapsed() < PAUSE {
            return Err(Failure::Closed("it was tried a moment ago".to_owned()));
        }
        let failed = database.take();
        let reopened = catch_unwind(AssertUnwindSafe(|| {
            drop(failed);
            open_existing(&self.path)
        }));
        match reopened.unwrap_or_else(|_| Err("it may be damaged".to_owned())) {
            Ok(reopened) => {
                *database = Some(reopened);
                *self.failed() = None;
                tracing::info!(target: "jwt::store", "the session file is open again");
                Ok(())
            }
            Err(problem) => {
                *self.failed() = Some(Instant::now());
                Err(Failure::Closed(problem))
            }
        }
    }

    fn failed(&self) -> MutexGuard<'_, Option<Instant>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_existing(path: &Path) -> Result<Database, String> {
    let opened = catch_unwind(|| {
        let database = Builder::new()
            .set_cache_size(CACHE_BYTES)
            // Reads all of it: a damaged page is found now, and not by a request.
            .set_check_integrity_on_open(true)
            .open(path)
            .map_err(problem)?;
        check_schema(&database)?;
        Ok(database)
    });
    opened.unwrap_or_else(|_| Err("it is damaged".to_owned()))
}

fn problem(error: DatabaseError) -> String {
    match error {
        DatabaseError::DatabaseAlreadyOpen => {
            "it is in use by another process, or by another store of this one; clone that"
                .to_owned()
        }
        error => error.to_string(),
    }
}

fn check_schema(database: &Database) -> Result<(), String> {
    let foreign = |_| "it is a database of something else".to_owned();
    let transaction = database.begin_read().map_err(|error| error.to_string())?;
    let meta = transaction.open_table(META).map_err(|error| foreign(error.to_string()))?;
    let schema = meta.get("schema").map_err(|error| error.to_string())?;
    match schema.map(|schema| schema.value()) {
        Some(SCHEMA) => Ok(()),
        Some(other) => Err(format!(
            "it has schema {other} and this version of jwt-runtime reads {SCHEMA}; \
             the sessions in it are for another version"
        )),
        None => Err(foreign(String::new())),
    }
}

/// Makes an empty file beside the path and puts it there when it is whole, so that neither a crash
/// nor a second process ever sees half of one.
fn create(path: &Path) -> Result<(), String> {
    let name = path.file_name().ok_or("the path names no file")?.to_string_lossy();
    let unique = uuid::Uuid::now_v7();
    let draft = path.with_file_name(format!(".{name}.{unique}"));
    let created = write_empty(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        // Somebody else was faster, and theirs is as good.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked.map_err(|error| error.to_string()),
    });
    let removed = fs::remove_file(&draft);
    created?;
    removed.and_then(|()| sync_directory_of(path)).map_err(|error| error.to_string())
}

fn write_empty(draft: &Path) -> Result<(), String> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    // Nobody else's business: who is logged in, and from where.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(draft).map_err(|error| error.to_string())?;
    let empty = || -> Result<(), Failure> {
        let database = Builder::new().create(draft)?;
        let transaction = database.begin_write()?;
        transaction.open_table(META)?.insert("schema", SCHEMA)?;
        Writing::open(&transaction)?;
        transaction.commit()?;
        Ok(())
    };
    empty().map_err(|failure| failure.to_string())
}

/// So that the name is on disk as well.
#[cfg(unix)]
fn sync_directory_of(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory_of(_: &Path) -> io::Result<()> {
    Ok(())
}
