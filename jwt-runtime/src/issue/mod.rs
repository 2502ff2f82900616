//! From an identity to tokens, and from tokens to their end.

mod cookies;
mod login;
mod mint;
mod options;
mod pair;
mod renew;
mod revoke;
mod rotate;
mod trade;

pub use options::{IssueOptions, LoginOptions};
pub use pair::{AccessGrant, TokenPair};
