//! Whether a request whose token came by cookie was sent by a page of the application.
//!
//! A browser adds cookies to a request whoever makes it. Two things tell the application's own pages
//! from others: what the browser says of the request's origin, and a value that only they can read
//! (double submit), which is a claim of the token and so cannot be planted.

mod options;
mod origin;
mod request;

pub use options::CsrfOptions;

pub(crate) use options::CsrfSettings;
pub(crate) use origin::{OriginRule, check_origin, is_navigation};
pub(crate) use request::check;
