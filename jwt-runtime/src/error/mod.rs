//! What can go wrong, one enum per audience: [`AuthError`] for the client, [`ConfigError`] for
//! the developer at start-up, [`IssueError`] for the code that issues tokens, and [`StoreError`]
//! for whoever implements a store.

mod auth;
mod config;
mod csrf;
mod issue;
mod store;

pub use auth::{AuthError, InvalidToken, MalformedRequest};
pub use config::ConfigError;
pub use csrf::{CsrfFailure, CsrfPlaces};
pub use issue::IssueError;
pub use store::StoreError;

pub(crate) use csrf::PlaceNames;

use std::error::Error;
use std::fmt;

/// An error and its causes on one line, for a `main` that returns it.
fn chain(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}
