//! A website of somebody else's, in the same browser.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use jwt_tests::browser::{Device, Exchange};
use tokio::net::TcpListener;

use super::person::Person;

/// Finds out what may be known of the CSRF token. Cookies are not told apart by port, so a page on
/// another port of `localhost` reads the cookie of the website.
const CSRF: &str = "
    const read = document.cookie.match(/csrf_(?:access|refresh)_token=([^;]*)/)?.[1];
    const guess = {nothing: undefined, invented: 'guess', read: read ?? 'guess'};
";

/// Whatever changes something on the website.
pub(super) const PATHS: [&str; 5] =
    ["/logout", "/devices/end", "/devices/end-others", "/api/auth/refresh", "/api/auth/logout"];

/// What the attacker puts where the CSRF token belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    Nothing,
    Invented,
    /// The cookie's, where it can be read.
    Read,
}

impl Guess {
    pub(super) const ALL: [Self; 3] = [Self::Nothing, Self::Invented, Self::Read];

    /// The name in scripts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Invented => "invented",
            Self::Read => "read",
        }
    }
}

/// How the attacker's page looks to the browser, next to the website's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distance {
    /// Another port: another origin, but the same site, to which the browser sends all cookies.
    SameSite,
    /// Another host.
    CrossSite,
}

/// A server with one page, on another port of the loopback interface.
pub(super) struct Attacker {
    port: u16,
    page: Arc<Mutex<String>>,
}

impl Attacker {
    /// On a port of its own.
    pub(super) async fn start() -> Self {
        Self::start_at("127.0.0.1", 0).await
    }

    /// On an address of the loopback interface, and on any port if it is 0.
    pub(super) async fn start_at(host: &str, port: u16) -> Self {
        let listener = TcpListener::bind((host, port)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let page = Arc::new(Mutex::new(String::new()));
        let pages = get(|State(page): State<Arc<Mutex<String>>>| async move {
            Html(page.lock().expect("the page").clone())
        });
        let app = Router::new().route("/", pages).with_state(page.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { port, page }
    }

    /// Its origin under one of the names of this machine.
    pub(super) fn origin(&self, host: &str) -> String {
        format!("http://{host}:{}", self.port)
    }

    /// Lures somebody to an empty page.
    pub(super) async fn lure(&self, device: &Device, host: &str) {
        self.show(device, host, "").await;
    }

    /// Lures somebody to a page with this body.
    pub(super) async fn show(&self, device: &Device, host: &str, body: &str) {
        let page = format!("<!doctype html><title>You have won</title><body>{body}");
        *self.page.lock().expect("the page") = page;
        device.open(&self.origin(host)).await;
    }

    /// Lures somebody to a page that sends a form to the website as soon as it is there, and waits
    /// for the answer.
    pub(super) async fn submit(
        &self,
        person: &Person,
        host: &str,
        path: &str,
        fields: &[(&str, &str)],
        guess: Guess,
    ) -> Exchange {
        let fields = fields
            .iter()
            .map(|(name, value)| format!(r#"<input type="hidden" name="{name}" value="{value}">"#));
        let body = format!(
            r#"<form method="post" action="{origin}{path}">{fields}</form>
            <script>{CSRF}
                const token = guess["{guess}"];
                if (token) document.forms[0].append(Object.assign(
                    document.createElement('input'), {{name: 'csrf_token', value: token}}));
                document.forms[0].submit();
            </script>"#,
            origin = person.origin,
            fields = fields.collect::<String>(),
            guess = guess.name(),
        );
        person.device.exchanges().await;
        self.show(&person.device, host, &body).await;
        person.device.wait_for_answer("POST").await
    }
}

/// Nothing has come of what the attacker has sent in somebody's name.
#[track_caller]
pub(super) fn assert_refused(request: &Exchange, distance: Distance) {
    // To another host the browser has kept the token to itself, with `SameSite=Lax`; to another
    // port it has sent it along, so that it was the website that refused.
    let brings_token = distance == Distance::SameSite;
    assert_eq!(request.sent_cookie("access_token"), brings_token, "{request:#?}");
    let is_of_api = request.url.contains("/api/");
    let expected = if is_of_api && !brings_token { 401 } else { 403 };
    assert_eq!(request.status, Some(expected), "{request:#?}");
}

/// A script for the attacker's page that knows `guess`.
pub(super) fn with_guess(script: &str) -> String {
    format!("{CSRF}{script}")
}
