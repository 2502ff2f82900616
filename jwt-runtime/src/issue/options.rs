//! What a caller may choose about a token.

use std::net::IpAddr;
use std::time::Duration;

use crate::claims::Audience;
use crate::store::Device;
use crate::token::ExtraHeader;

/// Choices for [`JwtAuth::issue_access`](crate::JwtAuth::issue_access) and
/// [`JwtAuth::issue_refresh`](crate::JwtAuth::issue_refresh); the default leaves everything to
/// the authority.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use jwt_runtime::IssueOptions;
///
/// let options = IssueOptions::new()
///     .lifetime(Duration::from_secs(60))
///     .fresh_for(Duration::from_secs(30))
///     .audience(["reports"])
///     .header("cty", "example");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct IssueOptions {
    pub(super) lifetime: Option<Duration>,
    pub(super) freshness: FreshFor,
    pub(super) audience: Option<Audience>,
    pub(super) header: ExtraHeader,
    pub(super) session_id: Option<String>,
}

/// How fresh an access token is made.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum FreshFor {
    #[default]
    Never,
    Life,
    Duration(Duration),
}

impl IssueOptions {
    /// Leaves everything to the authority: not fresh, its own lifetime and audience, a session of
    /// its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the token is good; at least one second. There are no tokens without an end.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Makes an access token fresh for as long as it is good. For tokens that were bought with
    /// credentials just now, and for no others.
    pub fn fresh(mut self) -> Self {
        self.freshness = FreshFor::Life;
        self
    }

    /// Makes an access token fresh for this long.
    pub fn fresh_for(mut self, duration: Duration) -> Self {
        self.freshness = FreshFor::Duration(duration);
        self
    }

    /// Writes this `aud` in place of the authority's.
    pub fn audience<T: Into<String>>(mut self, audience: impl IntoIterator<Item = T>) -> Self {
        self.audience = Some(audience.into_iter().collect());
        self
    }

    /// Adds a member to the JOSE header. Members that the library writes or that name keys are
    /// refused when the token is issued.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.header.insert(name.into(), value.into());
        self
    }

    /// Puts an access token into a session that is open already: it ends with that session.
    ///
    /// Without it a token gets a session of its own.
    pub fn in_session(mut self, session_id: impl Into<String>) -> Self {
        self.session_id = Some(session_id.into());
        self
    }
}

/// Choices for [`JwtAuth::login_with`](crate::JwtAuth::login_with).
///
/// # Examples
///
/// ```
/// use jwt_runtime::LoginOptions;
///
/// let options = LoginOptions::new()
///     .label("Work laptop")
///     .user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:140.0)")
///     .address([192, 0, 2, 7].into());
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct LoginOptions {
    pub(super) label: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) address: Option<IpAddr>,
    pub(super) fresh_for: Option<Duration>,
    pub(super) session_cookies: bool,
}

impl LoginOptions {
    /// How many bytes of a label or a user agent are stored: 512.
    ///
    /// A store reads all sessions of a subject at once for some calls, and every other subject
    /// waits for that. HTTP servers take headers of many kilobytes.
    pub const MAX_DEVICE_TEXT_BYTES: usize = 512;

    /// Nothing of the device; the access token is fresh for as long as it is good.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the session for a list of devices. It is stored as it is but for its length, of which
    /// [`MAX_DEVICE_TEXT_BYTES`](Self::MAX_DEVICE_TEXT_BYTES) are kept: leave out what should not
    /// be.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(cut(label.into()));
        self
    }

    /// Stores the client's `User-Agent` with the session, for a list of devices. Not stored
    /// otherwise. It is what the client says: escape it where it is shown. Of a longer one the
    /// first [`MAX_DEVICE_TEXT_BYTES`](Self::MAX_DEVICE_TEXT_BYTES) are kept.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(cut(user_agent.into()));
        self
    }

    /// Stores the client's address with the session, for a list of devices. Not stored otherwise:
    /// in many places an address is personal data. Behind a proxy it is the application that knows
    /// which header to believe.
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    pub(super) fn device(&self) -> Device<'_> {
        Device {
            label: self.label.as_deref(),
            user_agent: self.user_agent.as_deref(),
            address: self.address,
        }
    }

    /// Makes the access token fresh for this long only.
    pub fn fresh_for(mut self, duration: Duration) -> Self {
        self.fresh_for = Some(duration);
        self
    }

    /// Keeps the session's cookies only until the browser is closed, whatever is configured: a login
    /// without "remember me".
    ///
    /// It holds for the cookies of every refresh and renewal of that login, too.
    pub fn session_cookies(mut self) -> Self {
        self.session_cookies = true;
        self
    }
}

/// The beginning of a text that is too long, up to a whole character.
fn cut(mut text: String) -> String {
    let mut end = text.len().min(LoginOptions::MAX_DEVICE_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
