//! What the browser itself has noted down about its requests.

use std::collections::BTreeMap;

use serde_json::Value;

/// A request as it went out, and the status of its answer.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// `GET`, `POST`, …; `WEBSOCKET` for a handshake.
    pub method: String,
    pub url: String,
    /// The header names are in lower case.
    pub headers: BTreeMap<String, String>,
    /// None if the answer was not waited for, or did not come.
    pub status: Option<u64>,
}

impl Exchange {
    /// Whether it carried a cookie of this name.
    pub fn sent_cookie(&self, name: &str) -> bool {
        let cookies = self.headers.get("cookie").map_or("", String::as_str);
        cookies.split("; ").any(|cookie| cookie.split('=').next() == Some(name))
    }
}

/// One request may be several exchanges: every redirection is one more.
#[derive(Default)]
struct Request {
    sent: Vec<(String, String)>,
    headers: Vec<BTreeMap<String, String>>,
    statuses: Vec<u64>,
}

/// Reads the events of the performance log, in their order.
pub(super) fn exchanges(events: &[Value]) -> Vec<Exchange> {
    let mut requests: BTreeMap<String, Request> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for event in events {
        let params = &event["params"];
        let Some(id) = params["requestId"].as_str() else { continue };
        let request = requests.entry(id.to_owned()).or_insert_with(|| {
            order.push(id.to_owned());
            Request::default()
        });
        take_event(request, event["method"].as_str().unwrap_or_default(), params);
    }
    order.iter().flat_map(|id| join(&requests[id])).collect()
}

fn take_event(request: &mut Request, event: &str, params: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match event {
        "Network.requestWillBeSent" => {
            let sent = &params["request"];
            request.sent.push((text(&sent["method"]), text(&sent["url"])));
        }
        "Network.webSocketCreated" => {
            request.sent.push(("WEBSOCKET".to_owned(), text(&params["url"])));
        }
        "Network.requestWillBeSentExtraInfo" => request.headers.push(headers(&params["headers"])),
        "Network.webSocketWillSendHandshakeRequest" => {
            request.headers.push(headers(&params["request"]["headers"]));
        }
        "Network.responseReceivedExtraInfo" => {
            request.statuses.extend(params["statusCode"].as_u64())
        }
        "Network.webSocketHandshakeResponseReceived" => {
            request.statuses.extend(params["response"]["status"].as_u64());
        }
        "Network.webSocketFrameError" => {
            request.statuses.extend(refused_handshake(&text(&params["errorMessage"])));
        }
        _ => {}
    }
}

/// The status of the answer to a handshake that was not accepted is only in a sentence. The cookies
/// that went with it are nowhere.
fn refused_handshake(message: &str) -> Option<u64> {
    if message.starts_with("HTTP Authentication failed") {
        return Some(401);
    }
    let (_, status) = message.split_once("Unexpected response code: ")?;
    status.parse().ok()
}

fn headers(object: &Value) -> BTreeMap<String, String> {
    let members = object.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    members.map(|(name, value)| (name.to_ascii_lowercase(), text(value))).collect()
}

fn join(request: &Request) -> impl Iterator<Item = Exchange> {
    request.sent.iter().enumerate().map(|(index, (method, url))| Exchange {
        method: method.clone(),
        url: url.clone(),
        headers: request.headers.get(index).cloned().unwrap_or_default(),
        status: request.statuses.get(index).copied(),
    })
}
