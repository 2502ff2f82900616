//! Compact JWS: from claims to text, and from text to claims that may be trusted.

mod decode;
mod encode;
mod ended;
mod header;
mod older;
mod unverified;
mod verified;
mod verify;
#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod wycheproof;

pub use encode::EncodedToken;
pub use ended::Ended;
pub use older::OlderTokens;
pub use unverified::UnverifiedToken;
pub use verified::{AccessToken, RefreshToken, Token};

pub(crate) use encode::{CookieClaims, ExtraHeader, encode};
pub(crate) use ended::{End, Lifeline, Lifelines};
pub(crate) use header::HeaderCache;
pub(crate) use older::{MADE_UP, is_made_up};
pub(crate) use verified::{Verified, VerifiedEnvelope};
pub(crate) use verify::{MAX_LEEWAY, SignedToken, VerifySettings};

/// The longest compact token that is read, and the longest that is issued: 8 KiB, which is as
/// much as common servers and proxies accept in one header.
pub const MAX_TOKEN_BYTES: usize = 8192;
