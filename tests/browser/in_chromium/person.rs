//! Somebody with a browser, and what they do on the website.

use std::collections::BTreeMap;

use jwt_tests::browser::{Chromium, Device};

use crate::site::{PASSWORD, Site};

/// The name that everybody signs up with.
pub(super) const NAME: &str = "Ada Lovelace";

/// Somebody who knows the website under one of its origins.
pub(super) struct Person {
    pub(super) device: Device,
    pub(super) origin: String,
}

impl Person {
    /// With a new browser.
    pub(super) async fn new(chromium: &Chromium, origin: String) -> Self {
        Self { device: chromium.device().await, origin }
    }

    /// Who has signed up as `ada@example.com`, at `http://localhost:…`, and is on the dashboard.
    pub(super) async fn signed_up(chromium: &Chromium, site: &Site) -> Self {
        let person = Self::new(chromium, site.localhost()).await;
        person.sign_up("ada@example.com").await;
        person
    }

    /// With another new browser, logged in and on the dashboard.
    pub(super) async fn logged_in(chromium: &Chromium, site: &Site) -> Self {
        let person = Self::new(chromium, site.localhost()).await;
        person.log_in("ada@example.com").await;
        person
    }

    pub(super) async fn open(&self, path: &str) {
        self.device.open(&format!("{}{path}", self.origin)).await;
    }

    /// Fills in the sign-up form, and gets to the dashboard.
    pub(super) async fn sign_up(&self, email: &str) {
        self.fill_sign_up(email, PASSWORD, PASSWORD).await;
        self.device.wait_for_path("/dashboard").await;
    }

    pub(super) async fn fill_sign_up(&self, email: &str, password: &str, again: &str) {
        self.open("/signup").await;
        let form = [("name", NAME), ("email", email), ("password", password)];
        for (field, text) in form.into_iter().chain([("password_confirm", again)]) {
            self.device.fill(&format!("#signup-form [name={field}]"), text).await;
        }
        self.device.click("#signup-button").await;
    }

    /// Fills in the log-in form, and gets to the dashboard.
    pub(super) async fn log_in(&self, email: &str) {
        self.fill_log_in(email, PASSWORD).await;
        self.device.wait_for_path("/dashboard").await;
    }

    pub(super) async fn fill_log_in(&self, email: &str, password: &str) {
        self.open("/login").await;
        self.device.fill("#login-form [name=email]", email).await;
        self.device.fill("#login-form [name=password]", password).await;
        self.device.click("#login-button").await;
    }

    pub(super) async fn log_out(&self) {
        self.device.click("#logout-button").await;
        self.device.wait_for_path("/login").await;
    }

    /// Opens the list of devices, and returns the ids of the sessions in it.
    pub(super) async fn sessions(&self) -> Vec<String> {
        self.open("/devices").await;
        self.device.wait_for_path("/devices").await;
        let mut sessions = self.device.attributes(".device", "data-sid").await;
        sessions.sort();
        sessions
    }

    /// What each cookie has in it, by its name.
    pub(super) async fn cookies(&self) -> BTreeMap<String, String> {
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let cookies = self.device.cookies().await;
        cookies.iter().map(|cookie| (text(&cookie["name"]), text(&cookie["value"]))).collect()
    }

    /// The website still knows who this is.
    pub(super) async fn assert_logged_in(&self) {
        self.open("/dashboard").await;
        self.device.wait_for_path("/dashboard").await;
        assert_eq!(self.device.wait_for("#user-name").await, NAME);
    }

    /// The website asks who this is.
    pub(super) async fn assert_logged_out(&self) {
        for path in ["/dashboard", "/devices"] {
            self.open(path).await;
            self.device.wait_for_path("/login").await;
        }
    }
}
