//! Why the file did not do what was asked.

use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;

use crate::error::StoreError;

/// Why a transaction, or one call in it, has failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The database, the file system or the disk: nothing of the transaction was written.
    Storage(Box<redb::Error>),
    /// A record that this version cannot read: the one call that needs it cannot be answered.
    Unreadable(serde_json::Error),
    /// The database gave up on what it found in the file.
    Panicked,
    /// The disk was full a moment ago.
    StillFull,
    /// The file is not open, because opening it again has failed with this.
    Closed(String),
}

impl Failure {
    /// Whether the transaction can go on without the call that failed.
    pub(super) fn is_of_one_call(&self) -> bool {
        matches!(self, Self::Unreadable(_))
    }

    /// Whether the database answers nothing before it is opened again.
    pub(super) fn needs_reopening(&self) -> bool {
        match self {
            Self::Storage(error) => matches!(
                **error,
                redb::Error::Io(_)
                    | redb::Error::PreviousIo
                    | redb::Error::DatabaseClosed
                    | redb::Error::Corrupted(_)
                    | redb::Error::LockPoisoned(_)
            ),
            Self::Panicked => true,
            Self::Unreadable(_) | Self::StillFull | Self::Closed(_) => false,
        }
    }

    /// Whether the disk, or what the process may have of it, is full.
    pub(super) fn is_for_want_of_room(&self) -> bool {
        let error = match self {
            Self::StillFull => return true,
            Self::Storage(error) => &**error,
            _ => return false,
        };
        let redb::Error::Io(error) = error else { return false };
        matches!(
            error.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
        )
    }
}

/// What a caller is told of a failure that others may share.
pub(super) fn store_error(failure: &Arc<Failure>) -> StoreError {
    if failure.is_for_want_of_room() {
        return StoreError::Full;
    }
    let shared = Shared(Arc::clone(failure));
    match **failure {
        Failure::Unreadable(_) => StoreError::unreadable(shared),
        _ => StoreError::unavailable(shared),
    }
}

macro_rules! from_redb {
    ($($error:ident)*) => {$(
        impl From<redb::$error> for Failure {
            fn from(error: redb::$error) -> Self {
                Self::Storage(Box::new(error.into()))
            }
        }
    )*};
}

from_redb!(CommitError DatabaseError StorageError TableError TransactionError);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storage(error) => error.fmt(f),
            Self::Unreadable(error) => write!(f, "a record cannot be read: {error}"),
            Self::Panicked => f.write_str("the database gave up; the file may be damaged"),
            Self::StillFull => f.write_str("the disk is full"),
            Self::Closed(reason) => write!(f, "the file could not be opened again: {reason}"),
        }
    }
}

/// One failure, for every call of a transaction.
#[derive(Debug)]
struct Shared(Arc<Failure>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Shared {}
