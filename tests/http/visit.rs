//! A browser that has logged in at a server that renews its cookies: for the tests of renewal.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Json, Router};
use jwt_runtime::{
    AuthError, CookieOptions, JwtAuth, JwtAuthBuilder, MemoryStore, RenewalOptions, Token,
    TokenCookies, TokenLocation, jwt_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::client::{Reply, raw};
use jwt_tests::cookies::{ACCESS_COOKIE, CSRF_ACCESS_COOKIE, Jar, SetCookie};
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// With this path a browser sends the refresh cookie everywhere.
pub(crate) const ROOT_REFRESH_COOKIE: &str = "__Host-refresh_token";

#[derive(jwt_runtime::Claims)]
#[claims(issuer = "https://shop.example", audience = "shop")]
pub(crate) struct User {
    pub(crate) sub: String,
    pub(crate) team: String,
}

/// Who logs in.
pub(crate) fn alice() -> User {
    User { sub: "alice".into(), team: "red".into() }
}

async fn login(State(auth): State<JwtAuth>) -> Result<TokenCookies, AuthError> {
    auth.set_cookies(&auth.login(&alice()).await?)
}

#[jwt_required]
pub(crate) async fn me(#[claims] user: User) -> Json<Value> {
    Json(json!({ "sub": user.sub, "team": user.team }))
}

#[jwt_required(optional)]
async fn maybe(#[claims] user: Option<User>) -> Json<Value> {
    Json(json!({ "sub": user.map(|user| user.sub) }))
}

#[jwt_required]
async fn slow(#[claims] user: User, Extension(gate): Extension<Gate>) -> String {
    gate.pass().await;
    user.sub
}

#[jwt_required]
pub(crate) async fn revoke(
    #[claims] token: Token<User>,
    State(auth): State<JwtAuth>,
) -> Result<(), AuthError> {
    auth.revoke(token.registered()).await
}

#[jwt_required]
async fn end(#[claims] token: Token<User>, State(auth): State<JwtAuth>) -> Result<(), AuthError> {
    auth.logout(token.registered()).await
}

#[jwt_required]
async fn logout(
    #[claims] token: Token<User>,
    State(auth): State<JwtAuth>,
) -> Result<TokenCookies, AuthError> {
    auth.logout(token.registered()).await?;
    Ok(auth.unset_cookies())
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/login", get(login))
        .route("/me", get(me).post(me))
        .route("/maybe", get(maybe))
        .route("/slow", get(slow))
        .route("/revoke", get(revoke))
        .route("/end", get(end))
        .route("/logout", get(logout))
}

/// Where a slow handler waits.
#[derive(Clone)]
pub(crate) struct Gate {
    reached: Arc<Semaphore>,
    opened: Arc<Semaphore>,
}

impl Gate {
    fn new() -> Self {
        let none = || Arc::new(Semaphore::new(0));
        Self { reached: none(), opened: none() }
    }

    async fn pass(&self) {
        self.reached.add_permits(1);
        self.opened.acquire().await.expect("it is never closed").forget();
    }

    /// Waits until a handler is there.
    pub(crate) async fn is_reached(&self) {
        self.reached.acquire().await.expect("it is never closed").forget();
    }

    /// Lets one handler go on.
    pub(crate) fn open(&self) {
        self.opened.add_permits(1);
    }
}

/// Renewal from the refresh cookie, and all that it needs.
pub(crate) fn trading(builder: JwtAuthBuilder) -> JwtAuthBuilder {
    builder
        .store(MemoryStore::new())
        .rotation_grace(Duration::from_secs(10))
        .cookies(CookieOptions::new().refresh_path("/"))
        .renewal(RenewalOptions::new().from_refresh_cookie())
}

/// A server and a browser.
pub(crate) struct Visit {
    pub(crate) app: App,
    pub(crate) jar: Jar,
    pub(crate) gate: Gate,
    reuses: Receiver<String>,
}

impl Visit {
    /// Logs in at a server with these routes besides the usual ones.
    pub(crate) async fn at(
        more: Router<JwtAuth>,
        configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder,
    ) -> Self {
        let (sender, reuses) = channel();
        let (auth, clock) = authority(|builder| {
            let builder = builder.secret(SECRET).locations([TokenLocation::Cookie]);
            configure(builder).on_reuse(move |event| drop(sender.send(event.subject.clone())))
        });
        let gate = Gate::new();
        let router = routes().merge(more).layer(Extension(gate.clone()));
        let router = router.with_state(auth.clone()).layer(auth.layer());
        let app = App::serve(auth, clock, router).await;
        let mut visit = Self { app, jar: Jar::default(), gate, reuses };
        visit.get("/login").await.assert_status(204);
        visit
    }

    /// The same, with a store in memory and these options.
    pub(crate) async fn renewing(more: Router<JwtAuth>, options: RenewalOptions) -> Self {
        Self::at(more, |builder| builder.store(MemoryStore::new()).renewal(options)).await
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.app.clock.advance(Duration::from_secs(seconds));
    }

    /// Sends with the cookies of the jar, and keeps what comes.
    pub(crate) async fn send(&mut self, draft: Draft, path: &str) -> Reply {
        let reply = self.jar.fill(draft, path).send(&self.app, path).await.expect("an answer");
        self.jar.take(&reply);
        reply
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send(Draft::get(), path).await
    }

    /// Sends now, with the cookies of now, and does not wait for the answer.
    pub(crate) fn begin(&self, path: &str) -> JoinHandle<Reply> {
        let address = self.app.address;
        let text = self.jar.fill(Draft::get(), path).text(path, &address.to_string());
        tokio::spawn(async move { raw(address, text.as_bytes()).await.expect("an answer") })
    }

    pub(crate) fn access(&self) -> String {
        self.cookie(ACCESS_COOKIE)
    }

    pub(crate) fn refresh(&self) -> String {
        self.cookie(ROOT_REFRESH_COOKIE)
    }

    /// What a page sends in the header `X-CSRF-Token`.
    pub(crate) fn csrf(&self) -> String {
        self.cookie(CSRF_ACCESS_COOKIE)
    }

    fn cookie(&self, name: &str) -> String {
        self.jar.value(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.jar)).to_owned()
    }

    /// # Panics
    ///
    /// If a reuse was told of.
    #[track_caller]
    pub(crate) fn assert_no_theft(&self) {
        assert!(self.reuses.try_recv().is_err(), "a theft was told of");
    }

    /// Whether the answer at `path` renews.
    pub(crate) async fn renews_at(&mut self, draft: Draft, path: &str) -> bool {
        let reply = self.send(draft, path).await;
        let renewed = SetCookie::all(&reply).iter().any(|cookie| cookie.name == ACCESS_COOKIE);
        assert_eq!(renewed, !reply.headers_named("set-cookie").is_empty(), "{reply:?}");
        renewed
    }
}

/// The names of the cookies that an answer sets, and of those that it takes away.
pub(crate) fn set_and_unset(reply: &Reply) -> [Vec<String>; 2] {
    let names = |is_unset: bool| {
        let cookies = SetCookie::all(reply).into_iter();
        cookies.filter(|cookie| cookie.is_unset() == is_unset).map(|cookie| cookie.name).collect()
    };
    [names(false), names(true)]
}

/// # Panics
///
/// If an answer sets or takes away a cookie.
#[track_caller]
pub(crate) fn assert_no_cookies(reply: &Reply) {
    assert_eq!(set_and_unset(reply), [Vec::<String>::new(), Vec::new()], "{reply:?}");
}
