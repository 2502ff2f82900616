//! A client of the JSON API that keeps cookies, as an app on a phone would.

use std::collections::BTreeMap;

use reqwest::header::SET_COOKIE;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::site::{PASSWORD, Site};

const USER_AGENT: &str = "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0";

pub(crate) struct Api {
    http: Client,
    origin: String,
    cookies: BTreeMap<String, String>,
}

impl Api {
    pub(crate) fn new(origin: String) -> Self {
        let http = Client::builder().redirect(Policy::none()).user_agent(USER_AGENT);
        let http = http.build().expect("a client");
        Self { http, origin, cookies: BTreeMap::new() }
    }

    /// Goes on with the same cookies at another process.
    pub(crate) fn move_to(&mut self, site: &Site) {
        self.origin = site.loopback();
    }

    /// The status and the JSON body of the answer.
    pub(crate) async fn call(&mut self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let mut request = self.http.request(method, format!("{}{path}", self.origin));
        if !self.cookies.is_empty() {
            request = request.header("cookie", self.cookie_header());
        }
        if let Some(token) = self.cookies.get("csrf_access_token") {
            request = request.header("x-csrf-token", token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        self.keep_cookies(&answer);
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub(crate) async fn get(&mut self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, Value::Null).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> (u16, Value) {
        self.call(Method::POST, path, body).await
    }

    pub(crate) async fn register(&mut self, email: &str) -> (u16, Value) {
        let body = json!({
            "name": "Somebody", "email": email,
            "password": PASSWORD, "password_confirm": PASSWORD,
        });
        self.post("/api/auth/register", body).await
    }

    pub(crate) async fn log_in(&mut self, email: &str) -> (u16, Value) {
        self.post("/api/auth/login", json!({"email": email, "password": PASSWORD})).await
    }

    fn cookie_header(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&mut self, answer: &Response) {
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie in ASCII");
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a name and a value");
            match value {
                "" => self.cookies.remove(name),
                _ => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}
