//! Tokens as cookies: what they are called, how they are set and unset, and how they are read.

mod options;
mod read;
mod set;
mod settings;

pub use options::{CookieOptions, SameSite};
pub use set::TokenCookies;

pub(crate) use read::find;
pub(crate) use settings::{CookieKind, CookieSettings};
