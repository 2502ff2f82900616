//! A server that gives out cookies, and a browser that keeps them.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use jwt_runtime::{AuthError, JwtAuth, JwtAuthBuilder, MemoryStore, TokenCookies, TokenLocation};
use jwt_tests::app::{App, authority};
use jwt_tests::client::Reply;
use jwt_tests::cookies::{Jar, SetCookie};
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::routes::guarded::User;

use super::routes;

/// A server and a browser.
pub(super) struct Browser {
    app: App,
    pub(super) jar: Jar,
}

impl Browser {
    pub(super) async fn new(configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> Self {
        Self { app: app(configure).await, jar: Jar::default() }
    }

    pub(super) async fn send(&mut self, draft: Draft, path: &str) -> Reply {
        let draft = self.jar.fill(draft, path);
        let reply = draft.send(&self.app, path).await.expect("an answer");
        self.jar.take(&reply);
        reply
    }

    pub(super) async fn get(&mut self, path: &str) -> Reply {
        self.send(Draft::get(), path).await
    }

    /// What an answer sets.
    pub(super) async fn set_by(&mut self, path: &str) -> Vec<SetCookie> {
        SetCookie::all(&self.get(path).await)
    }

    /// A `POST` as a page sends it that reads this cookie.
    pub(super) async fn post_with(&mut self, path: &str, csrf_cookie: &str) -> Reply {
        let csrf = self.jar.value(csrf_cookie).expect("the cookie is in the jar").to_owned();
        self.send(Draft::post().header("X-CSRF-Token", csrf), path).await
    }
}

type Options = Query<HashMap<String, String>>;

/// `all`, `access` or `refresh`.
async fn login(
    Path(which): Path<String>,
    Query(options): Options,
    State(auth): State<JwtAuth>,
) -> Result<(TokenCookies, &'static str), AuthError> {
    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let pair = auth.login(&user).await?;
    let mut cookies = match which.as_str() {
        "access" => auth.set_access_cookies(pair.access_token())?,
        "refresh" => auth.set_refresh_cookies(pair.refresh_token())?,
        _ => auth.set_cookies(&pair)?,
    };
    if let Some(seconds) = options.get("max_age") {
        cookies = cookies.max_age(Duration::from_secs(seconds.parse().expect("a number")));
    }
    if options.contains_key("session") {
        cookies = cookies.session();
    }
    Ok((to_domain(cookies, &options)?, "logged in"))
}

async fn logout(
    Path(which): Path<String>,
    Query(options): Options,
    State(auth): State<JwtAuth>,
) -> Result<TokenCookies, AuthError> {
    let cookies = match which.as_str() {
        "access" => auth.unset_access_cookies(),
        "refresh" => auth.unset_refresh_cookies(),
        _ => auth.unset_cookies(),
    };
    to_domain(cookies, &options)
}

fn to_domain(
    cookies: TokenCookies,
    options: &HashMap<String, String>,
) -> Result<TokenCookies, AuthError> {
    match options.get("domain") {
        Some(domain) => cookies.domain(domain),
        None => Ok(cookies),
    }
}

async fn app(configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> App {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(MemoryStore::new());
        configure(builder.locations([TokenLocation::Cookie]))
    });
    let routes = Router::new()
        .route("/login/{which}", get(login))
        .route("/logout/{which}", get(logout))
        .merge(routes::routes(&auth));
    let routes = routes.with_state(auth.clone());
    App::serve(auth, clock, routes).await
}
