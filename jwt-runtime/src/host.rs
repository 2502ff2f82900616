//! The host that a client has asked for.

use std::net::IpAddr;

use http::HeaderName;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

/// The host and port that the client wanted: of HTTP/2 in the URI, before that in `Host`.
pub(crate) fn host(parts: &Parts) -> Option<Authority> {
    let host = match parts.uri.authority() {
        Some(authority) => authority.clone(),
        None => {
            let mut values = parts.headers.get_all(HOST).iter();
            let (Some(host), None) = (values.next(), values.next()) else { return None };
            Authority::try_from(host.as_bytes()).ok()?
        }
    };
    // A port that is none counts as not there, which is another one.
    let port = host.as_str().strip_prefix(host.host())?;
    let is_well_formed =
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    is_well_formed.then_some(host)
}

/// What proxies add to a request. Some ask for `localhost` by themselves.
const OF_PROXIES: [HeaderName; 6] = [
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("via"),
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// Whether the client has asked for the machine that it is on, and no proxy was between.
pub(crate) fn is_this_machine(parts: &Parts) -> bool {
    host(parts).is_some_and(|host| is_loopback(host.host()))
        && !OF_PROXIES.iter().any(|name| parts.headers.contains_key(name))
}

/// Whether a name or an address can only be this machine.
///
/// Source: [RFC 6761 §6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3).
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let name = host.strip_suffix('.').unwrap_or(&host);
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || address.parse().is_ok_and(|address: IpAddr| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn this_machine_has_these_names() {
        for host in
            ["localhost", "LOCALHOST", "localhost.", "a.localhost", "127.0.0.1", "127.9.9.9"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["[::1]", "[::ffff:127.0.0.1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "localhost.example",
            "localhost..",
            "[::ffff:10.0.0.1]",
            "[::2]",
            "alocalhost",
            "127.0.0.1.example",
            "0.0.0.0",
            "10.0.0.1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
