//! A client: HTTP through reqwest, and raw bytes where reqwest would not send them.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in the body of {self:?}"))
    }

    /// The values of every header of this name, in order.
    pub fn headers_named(&self, name: &str) -> Vec<&str> {
        self.headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap_or("(not ASCII)"))
            .collect()
    }

    /// # Panics
    ///
    /// If the status is another one.
    #[track_caller]
    pub fn assert_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// A string member of the JSON body.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        match self.json().get(name).and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => panic!("no string `{name}` in {self:?}"),
        }
    }
}

/// A request that is being put together.
#[must_use = "a call does nothing before `.send()`"]
pub struct Call(RequestBuilder);

impl Call {
    pub(crate) fn new(client: &Client, method: &str, url: String) -> Self {
        let method = Method::from_bytes(method.as_bytes()).expect("an HTTP method");
        Self(client.request(method, url))
    }

    /// `Authorization: Bearer <token>`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Adds a header; a second one of the same name too.
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header value");
        Self(self.0.header(name, value))
    }

    /// A JSON body.
    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// Any body.
    pub fn body(self, body: &'static str) -> Self {
        Self(self.0.body(body))
    }

    /// Sends it and reads the whole answer.
    pub async fn send(self) -> Reply {
        let response = self.0.send().await.expect("the server answers");
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a body in UTF-8"),
        }
    }
}

/// Sends these bytes and reads what comes back until the server closes the connection.
///
/// `None` if it closes without an answer.
pub async fn raw(address: SocketAddr, request: &[u8]) -> Option<Reply> {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    // The server may refuse and close before it has read everything.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer));
    let _ = read.await.expect("the server answers or closes; send `Connection: close`");
    parse(&answer)
}

fn parse(answer: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).ok()?,
            HeaderValue::from_str(value.trim()).ok()?,
        );
    }
    Some(Reply { status, headers, body: body.to_owned() })
}
