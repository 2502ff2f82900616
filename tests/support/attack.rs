//! Tables of attacks: each token goes to every route of its kind, the untouched one before and
//! after, and every failure is listed.

use std::fmt::Display;

use crate::app::{App, Pair};
use crate::keys::{self, ForgerKey};
use crate::refusal::Refusal;
use crate::tokens::Forgery;

/// Where an access token opens something; each reads the claims in another way.
pub const ACCESS_ROUTES: [&str; 4] = ["/user", "/optional", "/claims", "/plain/access"];
/// Where a refresh token does.
pub const REFRESH_ROUTES: [&str; 1] = ["/refresh"];

/// A server under attack, and a login whose tokens the attacks are made of.
pub struct Target {
    pub app: App,
    pub good: Pair,
    key: ForgerKey,
    attacks: usize,
    failures: Vec<String>,
}

impl Target {
    /// An authority with HS256 and a store, and a login on it.
    pub async fn new() -> Self {
        Self::on(App::new().await, ForgerKey::hmac("HS256", keys::SECRET)).await
    }

    /// Another authority; `key` is its own.
    pub async fn on(app: App, key: ForgerKey) -> Self {
        let good = app.login("victim").await;
        let target = Self { app, good, key, attacks: 0, failures: Vec::new() };
        target.assert_untouched_tokens_pass().await;
        target
    }

    /// The good access token, to be altered.
    pub fn access(&self) -> Forgery {
        Forgery::of(&self.good.access)
    }

    /// The good refresh token, to be altered.
    pub fn refresh(&self) -> Forgery {
        Forgery::of(&self.good.refresh)
    }

    /// Signs with the authority's own key: only what the forgery says can be wrong with it.
    pub fn sign(&self, forgery: &Forgery) -> String {
        forgery.sign(&self.key)
    }

    /// The token must be refused on every route for access tokens, by this row.
    pub async fn refuses(&mut self, name: impl Display, token: &str, row: &Refusal) {
        self.refuses_at(&ACCESS_ROUTES, name, token, row).await;
    }

    /// The same for a forgery that is signed with the authority's own key.
    pub async fn refuses_signed(&mut self, name: impl Display, forgery: &Forgery, row: &Refusal) {
        self.refuses(name, &forgery.sign(&self.key), row).await;
    }

    /// The token must be refused on these routes, by this row.
    pub async fn refuses_at(
        &mut self,
        routes: &[&str],
        name: impl Display,
        token: &str,
        row: &Refusal,
    ) {
        for route in routes {
            self.attacks += 1;
            let reply = self.app.get(route, token).await;
            if let Some(mismatch) = row.mismatch(&reply) {
                self.failures.push(format!("{name} at {route}:\n{mismatch}"));
            }
        }
    }

    /// A control: the token must be let through on every route for access tokens.
    pub async fn accepts(&mut self, name: impl Display, token: &str) {
        for route in ACCESS_ROUTES {
            let reply = self.app.get(route, token).await;
            if reply.status != 200 {
                self.failures.push(format!("control {name} at {route}: {reply:?}"));
            }
        }
    }

    async fn assert_untouched_tokens_pass(&self) {
        for route in ACCESS_ROUTES {
            self.app.get(route, &self.good.access).await.assert_status(200);
        }
        for route in REFRESH_ROUTES {
            self.app.get(route, &self.good.refresh).await.assert_status(200);
        }
        // An altered token that is signed again is the same token, as far as it can be told.
        let signed_again = self.sign(&self.access().claim("theme", "dark"));
        self.app.get(ACCESS_ROUTES[0], &signed_again).await.assert_status(200);
    }

    /// # Panics
    ///
    /// If an attack got any other answer than its row, or there were not as many as stated, or
    /// the good tokens no longer work.
    pub async fn finish(self, at_least: usize) {
        assert!(
            self.failures.is_empty(),
            "{} of {} attacks:\n\n{}",
            self.failures.len(),
            self.attacks,
            self.failures.join("\n\n")
        );
        assert!(self.attacks >= at_least, "only {} attacks ran", self.attacks);
        self.assert_untouched_tokens_pass().await;
    }
}
