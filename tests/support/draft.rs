//! A request to the byte: what a table can hold, and what no client library would send.

use std::net::SocketAddr;

use crate::app::App;
use crate::client::{Reply, raw};

/// `Origin` of the server's own pages; the address is filled in when the request is sent.
pub const OWN_ORIGIN: &str = "http://{host}";

/// A request that is being put together, for a path that is known when it is sent.
#[derive(Clone, Debug)]
#[must_use = "a draft does nothing before `.send()`"]
pub struct Draft {
    method: &'static str,
    query: Vec<String>,
    cookies: Vec<String>,
    headers: Vec<(String, String)>,
    body: String,
    is_handshake: bool,
}

impl Draft {
    pub fn new(method: &'static str) -> Self {
        Self {
            method,
            query: Vec::new(),
            cookies: Vec::new(),
            headers: Vec::new(),
            body: String::new(),
            is_handshake: false,
        }
    }

    pub fn get() -> Self {
        Self::new("GET")
    }

    pub fn post() -> Self {
        Self::new("POST")
    }

    /// The opening handshake of a WebSocket; RFC 6455 §4.1.
    pub fn handshake() -> Self {
        let draft = Self { is_handshake: true, ..Self::get() };
        draft
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    }

    pub fn method(&self) -> &'static str {
        self.method
    }

    pub fn is_handshake(&self) -> bool {
        self.is_handshake
    }

    /// Adds a header; a second one of the same name too.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// `Authorization: Bearer <token>`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// Adds a pair to the one `Cookie` header.
    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.push(format!("{name}={value}"));
        self
    }

    /// Adds a parameter to the query, as it is.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push(format!("{name}={value}"));
        self
    }

    /// A body of this type.
    pub fn body(self, content_type: &str, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..self }.header("Content-Type", content_type)
    }

    /// A body of JSON text.
    pub fn json(self, text: impl Into<String>) -> Self {
        self.body("application/json", text)
    }

    /// The fields of a form, encoded already.
    pub fn form(self, fields: impl Into<String>) -> Self {
        self.body("application/x-www-form-urlencoded", fields)
    }

    /// Sends it. `None` if the server closes the connection without an answer.
    pub async fn send(&self, app: &App, path: &str) -> Option<Reply> {
        app.raw(self.text(path, &app.address.to_string())).await
    }

    /// Sends it to any server.
    pub async fn send_to(&self, address: SocketAddr, path: &str) -> Option<Reply> {
        raw(address, self.text(path, &address.to_string()).as_bytes()).await
    }

    /// The request as it is sent to this host.
    pub fn text(&self, path: &str, host: &str) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        let target = format!("{path}{mark}{}", self.query.join("&"));
        let connection = if self.is_handshake { "Upgrade, close" } else { "close" };
        let mut lines = vec![
            format!("{} {target} HTTP/1.1", self.method),
            format!("Host: {host}"),
            format!("Connection: {connection}"),
            format!("Content-Length: {}", self.body.len()),
        ];
        if !self.cookies.is_empty() {
            lines.push(format!("Cookie: {}", self.cookies.join("; ")));
        }
        let headers = self.headers.iter();
        lines.extend(
            headers.map(|(name, value)| format!("{name}: {value}").replace("{host}", host)),
        );
        format!("{}\r\n\r\n{}", lines.join("\r\n"), self.body)
    }
}
