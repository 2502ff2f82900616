//! What is known of a session's device: the value of a field beside that of the session.

use std::net::IpAddr;

use super::escape::{escape, unescape};
use super::record::UnreadableRecord;
use crate::store::{Device, Session};

/// `<label> <user agent> <address>`, each escaped, or `-` if it was not handed over.
///
/// `None` if nothing was: then there is no such field.
pub(super) fn written(device: Device<'_>) -> Option<String> {
    (device != Device::default()).then(|| {
        let text = |text: Option<&str>| text.map_or("-".into(), |text| escape(text).into_owned());
        let address = device.address.map_or("-".into(), |address| address.to_string());
        format!("{} {} {address}", text(device.label), text(device.user_agent))
    })
}

/// Adds to a session what its device field says.
pub(super) fn read_into(session: &mut Session, value: &[u8]) -> Result<(), UnreadableRecord> {
    let text = std::str::from_utf8(value).map_err(|_| UnreadableRecord)?;
    let mut parts = text.split(' ').map(|part| (part != "-").then_some(part));
    let (Some(label), Some(user_agent), Some(address), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(UnreadableRecord);
    };
    let known = |part: Option<&str>| match part {
        Some(part) => unescape(part).map(Some).ok_or(UnreadableRecord),
        None => Ok(None),
    };
    session.label = known(label)?;
    session.user_agent = known(user_agent)?;
    session.address = match address {
        Some(address) => Some(address.parse::<IpAddr>().map_err(|_| UnreadableRecord)?),
        None => None,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric_date::NumericDate;

    fn unknown() -> Session {
        let at = NumericDate::default();
        Session {
            id: "s".to_owned(),
            created_at: at,
            last_used_at: at,
            expires_at: at,
            label: None,
            user_agent: None,
            address: None,
        }
    }

    #[test]
    fn what_was_written_is_read() {
        for text in [None, Some(""), Some("-"), Some("phone"), Some("Firefox on\nLinux  日本")] {
            for address in [None, Some("127.0.0.1"), Some("2001:db8::1")] {
                let address: Option<IpAddr> = address.map(|address| address.parse().unwrap());
                for device in [
                    Device { label: text, user_agent: None, address },
                    Device { label: None, user_agent: text, address },
                    Device { label: text, user_agent: text, address },
                ] {
                    let mut session = unknown();
                    if let Some(value) = written(device) {
                        read_into(&mut session, value.as_bytes()).unwrap();
                    }
                    assert_eq!(session.label.as_deref(), device.label);
                    assert_eq!(session.user_agent.as_deref(), device.user_agent);
                    assert_eq!(session.address, device.address);
                }
            }
        }
    }

    #[test]
    fn of_a_device_of_which_nothing_is_known_nothing_is_written() {
        assert_eq!(written(Device::default()), None);
    }

    #[test]
    fn foreign_values_are_errors() {
        for value in [&b""[..], b"a", b"a b", b"a b c", b"a b - d", b"  -", b"a% b -", b"\xff - -"]
        {
            assert_eq!(read_into(&mut unknown(), value), Err(UnreadableRecord), "{value:?}");
        }
    }
}
