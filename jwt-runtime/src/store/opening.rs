//! What a login asks of a store, and what comes of it.

use std::net::IpAddr;

use crate::numeric_date::NumericDate;

/// A session to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSession<'a> {
    /// `sub` of its tokens.
    pub subject: &'a str,
    /// `sid` of its tokens.
    pub session_id: &'a str,
    /// `jti` of its first refresh token; `None` if it has no refresh token.
    pub refresh_token_id: Option<&'a str>,
    /// What the application knows of the device.
    pub device: Device<'a>,
    /// The time of the login.
    pub now: NumericDate,
    /// When the last token of the session expires, as it stands.
    pub expires_at: NumericDate,
    /// When the record may be forgotten: `expires_at`, leeway and a margin.
    pub keep_until: NumericDate,
    /// How many sessions the subject may have; `None` for any number.
    pub limit: Option<SessionLimit>,
}

/// What the application says of the device that a session is opened on; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device<'a> {
    /// For [`Session::label`](crate::Session::label).
    pub label: Option<&'a str>,
    /// For [`Session::user_agent`](crate::Session::user_agent).
    pub user_agent: Option<&'a str>,
    /// For [`Session::address`](crate::Session::address).
    pub address: Option<IpAddr>,
}

/// How many sessions a subject may have at once, and what becomes of the next login.
///
/// Sessions count as long as they are listed: until they end or expire. A login that has a limit
/// ends those that have expired, so that none comes back within the leeway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionLimit {
    /// A login beyond this many is refused.
    Refuse(u32),
    /// A login beyond this many ends the session with the earliest login, or several where there
    /// are more than may be.
    EndOldest(u32),
}

/// What became of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The session is recorded.
    Opened,
    /// The subject has as many sessions as it may: nothing has changed.
    LimitReached,
}
