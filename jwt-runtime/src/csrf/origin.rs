//! What a browser says of where a request comes from.

use http::header::ORIGIN;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName};

use super::CsrfSettings;
use crate::host::{host, is_loopback};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Whether a request has to say where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OriginRule {
    /// Old browsers and other clients say nothing: something else has to decide then.
    IfTold,
    /// Whoever says nothing is refused.
    Required,
}

/// Whether a request comes from a page of the application, or of an origin that it trusts.
///
/// Pages cannot set these two headers. `Sec-Fetch-Site` is the browser's own judgement, and holds
/// behind a proxy that changes `Host` too; `Origin` is compared with `Host` where it is missing.
///
/// Sources: [Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header),
/// [RFC 6454 §7](https://www.rfc-editor.org/rfc/rfc6454#section-7).
pub(crate) fn check_origin(parts: &Parts, settings: &CsrfSettings, rule: OriginRule) -> bool {
    let (Ok(site), Ok(origin)) =
        (only(&parts.headers, &SEC_FETCH_SITE), only(&parts.headers, &ORIGIN))
    else {
        return false;
    };
    let is_trusted = origin.is_some_and(|origin| {
        settings.trusted_origins.iter().any(|trusted| trusted.as_bytes() == origin)
    });
    match (site, origin) {
        (Some(b"same-origin" | b"none"), _) => true,
        (Some(_), _) => is_trusted,
        (None, Some(origin)) => is_trusted || is_own(origin, parts),
        (None, None) => rule == OriginRule::IfTold,
    }
}

/// Whether somebody has come here by a link, a bookmark or a form, and gets to see the answer.
///
/// Source: [Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header).
pub(crate) fn is_navigation(parts: &Parts) -> bool {
    let is = |name: &HeaderName, value: &[u8]| only(&parts.headers, name) == Ok(Some(value));
    is(&SEC_FETCH_MODE, b"navigate") && is(&SEC_FETCH_DEST, b"document")
}

/// The one value of a header, if it is there.
fn only<'r>(headers: &'r HeaderMap, name: &HeaderName) -> Result<Option<&'r [u8]>, ()> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(|value| value.as_bytes());
    if values.next().is_some() { Err(()) } else { Ok(value) }
}

/// Whether an origin is the one that the request was sent to.
///
/// The server does not know whether it was reached by `https`, as a proxy may have ended that. A
/// plain page is another origin, except on this machine, where browsers trust it too.
fn is_own(origin: &[u8], parts: &Parts) -> bool {
    let Some((scheme, origin)) = std::str::from_utf8(origin).ok().and_then(split_origin) else {
        return false;
    };
    let Some(host) = host(parts) else { return false };
    let is_same = origin.host().eq_ignore_ascii_case(host.host())
        && origin.port_u16().unwrap_or(scheme.port()) == host.port_u16().unwrap_or(scheme.port());
    is_same && (scheme == Scheme::Https || is_loopback(host.host()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

fn split_origin(origin: &str) -> Option<(Scheme, Authority)> {
    let (scheme, authority) = origin.split_once("://")?;
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return None,
    };
    let authority: Authority = authority.parse().ok()?;
    (!authority.as_str().contains('@')).then_some((scheme, authority))
}

/// Whether a configured origin is spelt as browsers spell theirs.
pub(super) fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = split_origin(text) else { return false };
    // A wildcard is a name to the parser, and one that no browser ever sends.
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._:[]".contains(&byte);
    authority.as_str().bytes().all(is_plain)
        && authority.port_u16() != Some(scheme.port())
        && !authority.as_str().ends_with(':')
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::{Parts, is_origin, is_own};

    fn to(host: &str) -> Parts {
        Request::builder().header("host", host).body(()).expect("a request").into_parts().0
    }

    #[test]
    fn origin_is_the_host_that_was_asked() {
        for (origin, host, expected) in [
            ("https://a.example", "a.example", true),
            ("https://a.example", "a.example:443", true),
            ("https://a.example", "A.EXAMPLE", true),
            ("https://a.example:8443", "a.example:8443", true),
            ("http://localhost:3000", "localhost:3000", true),
            ("http://127.0.0.1:3000", "127.0.0.1:3000", true),
            ("http://[::1]:3000", "[::1]:3000", true),
            ("http://a.localhost", "a.localhost", true),
            // Another scheme, host, port.
            ("http://a.example", "a.example", false),
            ("https://b.a.example", "a.example", false),
            ("https://a.example.b", "a.example", false),
            ("https://a.example:8443", "a.example", false),
            ("https://a.example", "a.example:80", false),
            ("http://localhost:3001", "localhost:3000", false),
            ("http://127.0.0.1:3000", "localhost:3000", false),
            // No origins.
            ("null", "a.example", false),
            ("", "a.example", false),
            ("a.example", "a.example", false),
            ("https://a.example/", "a.example", false),
            ("https://a.example@b.example", "b.example", false),
            ("https://a.example https://b.example", "a.example", false),
            ("file://a.example", "a.example", false),
            ("HTTPS://a.example", "a.example", false),
        ] {
            assert_eq!(is_own(origin.as_bytes(), &to(host)), expected, "{origin} at {host}");
        }
    }

    #[test]
    fn configured_origins_are_spelt_as_browsers_do() {
        for origin in ["https://a.example", "http://a.example:8080", "https://[::1]:8443"] {
            assert!(is_origin(origin), "{origin}");
        }
        for origin in [
            "a.example",
            "https://",
            "https://a.example/",
            "https://a.example:443",
            "https://A.example",
            "https://*.example",
            "*",
            "null",
        ] {
            assert!(!is_origin(origin), "{origin}");
        }
    }
}
