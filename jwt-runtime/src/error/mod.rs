//! What can go wrong, one enum per audience: [`AuthError`] for the client, [`ConfigError`] for
//! the developer at start-up, [`IssueError`] for the code that issues tokens, and [`StoreError`]
//! for whoever implements a store.

mod auth;
mod config;
mod issue;
mod store;

pub use auth::{AuthError, InvalidToken, MalformedRequest};
pub use config::ConfigError;
pub use issue::IssueError;
pub use store::StoreError;
