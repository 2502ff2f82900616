//! The host that a client has asked for.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

/// The host and port that the client wanted: of HTTP/2 in the URI, before that in `Host`.
pub(crate) fn host(parts: &Parts) -> Option<Authority> {
    if let Some(authority) = parts.uri.authority() {
        return Some(authority.clone());
    }
    let mut values = parts.headers.get_all(HOST).iter();
    match (values.next(), values.next()) {
        (Some(host), None) => Authority::try_from(host.as_bytes()).ok(),
        _ => None,
    }
}

/// Whether the client has asked for the machine that it is on.
pub(crate) fn is_this_machine(parts: &Parts) -> bool {
    host(parts).is_some_and(|host| is_loopback(host.host()))
}

/// Whether a name or an address can only be this machine.
///
/// Source: [RFC 6761 §6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3).
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
        || address.parse().is_ok_and(|address: Ipv6Addr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn this_machine_has_these_names() {
        for host in ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "alocalhost", "127.0.0.1.example", "0.0.0.0", "10.0.0.1"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
