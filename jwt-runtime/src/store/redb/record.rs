//! How a session is written: as JSON, so that a file can be read without this crate.
//!
//! Apart from [`SessionRecord`], because the names on disk stay what they are. A change that older
//! files do not follow needs a new [`SCHEMA`](super::tables::SCHEMA).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::failure::Failure;
use crate::numeric_date::NumericDate;
use crate::store::session_record::{OwnedDevice, SessionRecord};

/// A session but for its `keep_until`, which stands beside the text so that a session can be ended
/// without reading it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    created_at: NumericDate,
    last_used_at: NumericDate,
    expires_at: NumericDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token_id: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    superseded_id: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_agent: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
}

/// The text of a session, and its `keep_until`.
pub(super) fn written(session: SessionRecord) -> Result<(u64, String), Failure> {
    let (label, user_agent, address) = match session.device {
        Some(device) => (device.label, device.user_agent, device.address),
        None => (None, None, None),
    };
    let stored = Stored {
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        refresh_token_id: session.refresh_token_id,
        superseded_id: session.superseded_id,
        label,
        user_agent,
        address,
    };
    let text = serde_json::to_string(&stored).map_err(Failure::Unreadable)?;
    Ok((session.keep_until.as_secs(), text))
}

pub(super) fn read((keep_until, text): (u64, &str)) -> Result<SessionRecord, Failure> {
    let stored: Stored = serde_json::from_str(text).map_err(Failure::Unreadable)?;
    let device =
        OwnedDevice { label: stored.label, user_agent: stored.user_agent, address: stored.address };
    Ok(SessionRecord {
        refresh_token_id: stored.refresh_token_id,
        superseded_id: stored.superseded_id,
        device: device.is_known().then(|| Box::new(device)),
        created_at: stored.created_at,
        last_used_at: stored.last_used_at,
        expires_at: stored.expires_at,
        keep_until: NumericDate::from_secs(keep_until),
    })
}
