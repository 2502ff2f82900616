//! The commands of chromedriver that are not in the WebDriver standard.

use reqwest::{Method, Url};
use serde_json::Value;

/// A `POST` to `/session/{id}/<path>`.
#[derive(Debug)]
pub(super) struct Post {
    pub(super) path: &'static str,
    pub(super) body: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for Post {
    fn endpoint(
        &self,
        base: &Url,
        session: Option<&str>,
    ) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
