//! A browser with a profile of its own: for the website, somebody's device.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use reqwest::Url;
use serde_json::{Value, json};

use super::network::{Exchange, exchanges};
use super::protocol::Post;

/// How long a page may take to get where it should, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked at.
const PERIOD: Duration = Duration::from_millis(20);

/// Asks until there is an answer.
///
/// # Panics
///
/// Panics when that takes too long.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    let mut ticks = tokio::time::interval(PERIOD);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited too long for {what}");
        ticks.tick().await;
    }
}

/// A running browser.
#[derive(Debug)]
pub struct Device {
    client: Client,
}

impl Device {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Goes to an address, and waits until the page is loaded.
    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// The address of the page.
    pub async fn url(&self) -> Url {
        self.client.current_url().await.expect("an address")
    }

    /// Goes back by one page, as the button of the browser does.
    pub async fn back(&self) {
        self.client.back().await.expect("a page before this one");
    }

    /// Waits until the page with this path is there.
    pub async fn wait_for_path(&self, path: &str) {
        let script = "return document.readyState == 'complete' && location.pathname";
        until(&format!("the page {path}"), async || {
            (self.look(script, vec![]).await == path).then_some(())
        })
        .await;
    }

    /// The visible text of the first element that is selected; none if there is no such element.
    pub async fn text(&self, css: &str) -> Option<String> {
        let script = "return document.querySelector(arguments[0])?.innerText ?? null";
        let text = self.look(script, vec![json!(css)]).await;
        text.as_str().map(|text| text.trim().to_owned())
    }

    /// Waits for an element with some text, and returns it.
    pub async fn wait_for(&self, css: &str) -> String {
        until(css, async || self.text(css).await.filter(|text| !text.is_empty())).await
    }

    /// Waits until an element has this text.
    pub async fn wait_for_text(&self, css: &str, expected: &str) {
        let what = format!("{css} to be {expected:?}");
        until(&what, async || (self.text(css).await? == expected).then_some(())).await;
    }

    /// An attribute of every element that is selected.
    pub async fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(it => it.getAttribute(arguments[1]))";
        let values = self.look(script, vec![json!(css), json!(name)]).await;
        let values = values.as_array().into_iter().flatten();
        values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    /// Types into a field in place of what is there.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.client.find(Locator::Css(css)).await;
        let field = field.unwrap_or_else(|error| panic!("{css}: {error}"));
        field.clear().await.unwrap_or_else(|error| panic!("{css}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Clicks on an element, once it is there and can be clicked on.
    pub async fn click(&self, css: &str) {
        until(&format!("{css} to be clicked"), async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            element.click().await.ok()
        })
        .await;
    }

    /// Runs a script in the page: the body of an async function with these `arguments`.
    ///
    /// # Panics
    ///
    /// Panics if it throws.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let script = format!(
            "const done = [...arguments].at(-1);
            (async function () {{ {script} }})(...[...arguments].slice(0, -1))
                .then(value => done({{value}}), error => done({{error: String(error)}}));"
        );
        let outcome = self.client.execute_async(&script, arguments.to_vec()).await;
        let outcome = outcome.unwrap_or_else(|error| panic!("{error} in {script}"));
        assert!(outcome["error"].is_null(), "{} in {script}", outcome["error"]);
        outcome["value"].clone()
    }

    /// A look at the page; null while it is being replaced by another one.
    async fn look(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_default()
    }

    /// The status of the answer that the page came with.
    pub async fn status(&self) -> u64 {
        let script = "return performance.getEntriesByType('navigation')[0].responseStatus";
        self.look(script, vec![]).await.as_u64().expect("a status")
    }

    /// Every cookie of the browser, as the DevTools protocol describes them.
    pub async fn cookies(&self) -> Vec<Value> {
        let answer = self.devtools("Storage.getCookies", json!({})).await;
        answer["cookies"].as_array().expect("cookies").clone()
    }

    /// The requests since this was asked the last time, of all tabs.
    pub async fn exchanges(&self) -> Vec<Exchange> {
        exchanges(&self.network_events().await)
    }

    async fn network_events(&self) -> Vec<Value> {
        let log = self.log("performance").await;
        let messages = log.iter().filter_map(|entry| entry["message"].as_str());
        let events = messages.filter_map(|message| serde_json::from_str::<Value>(message).ok());
        events.map(|event| event["message"].clone()).collect()
    }

    /// Waits until a request of this method has its answer, and the page that comes of it is there.
    pub async fn wait_for_answer(&self, method: &str) -> Exchange {
        let mut events = Vec::new();
        let answered = until(&format!("an answer to a {method}"), async || {
            events.append(&mut self.network_events().await);
            let mut exchanges = exchanges(&events).into_iter();
            exchanges.find(|exchange| exchange.method == method && exchange.status.is_some())
        })
        .await;
        let script = "return document.readyState == 'complete' || null";
        until("the page", async || self.look(script, vec![]).await.as_bool()).await;
        answered
    }

    /// The errors on the console since this was asked the last time.
    pub async fn console_errors(&self) -> Vec<String> {
        let mut log = self.log("browser").await;
        log.retain(|entry| entry["level"] == "SEVERE");
        log.iter().map(|entry| entry["message"].to_string()).collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.command("se/log", json!({"type": kind})).await;
        entries.as_array().expect("a log").clone()
    }

    /// Goes into a frame of the page.
    pub async fn enter_frame(&self, index: u16) {
        self.client.enter_frame(index).await.expect("a frame");
    }

    /// A command of the DevTools protocol, for the current tab.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({"cmd": command, "params": parameters})).await
    }

    async fn command(&self, path: &'static str, body: Value) -> Value {
        let answer = self.client.issue_cmd(Post { path, body }).await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Opens another tab, and goes to it.
    pub async fn open_tab(&self) -> WindowHandle {
        let tab = self.client.new_window(true).await.expect("a tab").handle;
        self.switch_to(&tab).await;
        tab
    }

    /// The tab that is looked at.
    pub async fn tab(&self) -> WindowHandle {
        self.client.window().await.expect("a tab")
    }

    /// Goes to a tab.
    pub async fn switch_to(&self, tab: &WindowHandle) {
        self.client.switch_to_window(tab.clone()).await.expect("the tab is there");
    }

    /// Writes a picture of what is seen to a file.
    pub async fn take_screenshot(&self, path: &Path) {
        let picture = self.client.screenshot().await.expect("a picture");
        std::fs::write(path, picture).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
