//! The devices that somebody is logged in on: the sessions of the library, made readable.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use jwt_runtime::{AuthError, JwtAuth, LoginOptions, NumericDate, Registered, Session};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Device {
    pub(crate) sid: String,
    pub(crate) label: String,
    #[serde(skip)]
    pub(crate) kind: Kind,
    pub(crate) logged_in_at: NumericDate,
    pub(crate) last_seen_at: NumericDate,
    /// Whether it is the one that asks.
    pub(crate) current: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Computer,
    Phone,
    Tool,
}

/// The one that asks comes first, then who was here last.
pub(crate) async fn of(auth: &JwtAuth, token: &Registered) -> Result<Vec<Device>, AuthError> {
    let sessions = auth.sessions(&token.sub).await?;
    let here = token.sid.as_deref();
    let mut devices: Vec<Device> =
        sessions.into_iter().map(|session| Device::new(session, here)).collect();
    devices.sort_by_key(|device| (!device.current, std::cmp::Reverse(device.last_seen_at)));
    Ok(devices)
}

impl Device {
    fn new(session: Session, here: Option<&str>) -> Self {
        let user_agent = session.user_agent.unwrap_or_default();
        let (label, kind) = describe(&user_agent);
        Self {
            label,
            kind,
            logged_in_at: session.created_at,
            last_seen_at: session.last_used_at,
            current: here == Some(session.id.as_str()),
            sid: session.id,
        }
    }
}

/// What is remembered of a device when somebody logs in with it. It could be its address too,
/// which is personal data in many places.
pub(crate) fn login_options(headers: &HeaderMap) -> LoginOptions {
    LoginOptions::new().user_agent(user_agent(headers))
}

/// What the device that sends a request is called.
pub(crate) fn label(headers: &HeaderMap) -> String {
    describe(user_agent(headers)).0
}

fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

pub(crate) fn now() -> NumericDate {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    NumericDate::from_secs(since.as_secs())
}

/// By what sets them apart, so the more special first: Edge says that it is Chrome, and Chrome that
/// it is Safari.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str, Kind); 7] = [
    ("iPhone", "iPhone", Kind::Phone),
    ("iPad", "iPad", Kind::Phone),
    ("Android", "Android", Kind::Phone),
    ("Windows", "Windows", Kind::Computer),
    ("Macintosh", "Mac", Kind::Computer),
    ("CrOS", "ChromeOS", Kind::Computer),
    ("Linux", "Linux", Kind::Computer),
];

/// A few words for a `User-Agent`: "Firefox on Linux", "curl", or that it is not known.
fn describe(user_agent: &str) -> (String, Kind) {
    let browser = BROWSERS.iter().find(|(mark, _)| user_agent.contains(mark));
    let system = SYSTEMS.iter().find(|(mark, ..)| user_agent.contains(mark));
    match (browser, system) {
        (Some((_, browser)), Some((_, system, kind))) => (format!("{browser} on {system}"), *kind),
        (Some((_, browser)), None) => ((*browser).to_owned(), Kind::Computer),
        (None, Some((_, system, kind))) => (format!("A browser on {system}"), *kind),
        (None, None) => (tool(user_agent), Kind::Tool),
    }
}

/// The product of `curl/8.5.0` and the like.
fn tool(user_agent: &str) -> String {
    let product = user_agent.split(['/', ' ']).next().unwrap_or_default();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match product.len() {
        1..=32 if product.chars().all(is_name) => product.to_owned(),
        _ => "An unknown device".to_owned(),
    }
}
