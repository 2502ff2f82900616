//! Cookies that are renewed without a request for it, and those that are not.

use std::time::Duration;

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    AuthError, CookieOptions, JwtAuth, JwtAuthBuilder, MemoryStore, Registered, RenewalOptions,
    TokenCookies, TokenLocation, fresh_jwt_required, jwt_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::client::Reply;
use jwt_tests::clock::START;
use jwt_tests::cookies::{ACCESS_COOKIE, CSRF_ACCESS_COOKIE, Jar, SetCookie};
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{
    Refusal, csrf_failed, not_fresh, token_expired, token_missing, token_revoked,
};
use jwt_tests::tokens::claims;
use serde_json::{Value, json};

/// With this path a browser sends the refresh cookie everywhere.
const ROOT_REFRESH_COOKIE: &str = "__Host-refresh_token";

#[derive(jwt_runtime::Claims)]
#[claims(issuer = "https://shop.example", audience = "shop")]
struct User {
    sub: String,
    team: String,
}

async fn login(State(auth): State<JwtAuth>) -> Result<TokenCookies, AuthError> {
    let user = User { sub: "alice".into(), team: "red".into() };
    auth.set_cookies(&auth.login(&user).await?)
}

#[jwt_required]
async fn me(#[claims] user: User) -> Json<Value> {
    Json(json!({ "sub": user.sub, "team": user.team }))
}

#[jwt_required(optional)]
async fn maybe(#[claims] user: Option<User>) -> Json<Value> {
    Json(json!({ "sub": user.map(|user| user.sub) }))
}

#[jwt_required(audience = "shop", issuer = "https://shop.example")]
async fn registered(#[claims] token: Registered) -> Json<Registered> {
    Json(token)
}

#[fresh_jwt_required]
async fn fresh(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required]
async fn revoke_and_stay(
    #[claims] token: jwt_runtime::Token<User>,
    State(auth): State<JwtAuth>,
) -> Result<(), AuthError> {
    auth.revoke(token.registered()).await
}

#[jwt_required]
async fn end_and_stay(
    #[claims] token: jwt_runtime::Token<User>,
    State(auth): State<JwtAuth>,
) -> Result<(), AuthError> {
    auth.logout(token.registered()).await
}

#[jwt_required]
async fn unset(#[claims] _: User, State(auth): State<JwtAuth>) -> TokenCookies {
    auth.unset_access_cookies()
}

#[jwt_required]
async fn broken(#[claims] _: User) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/login", get(login))
        .route("/me", get(me).post(me))
        .route("/me/polled", get(me))
        .route("/media", get(me))
        .route("/maybe", get(maybe))
        .route("/registered", get(registered))
        .route("/fresh", get(fresh))
        .route("/revoke", get(revoke_and_stay))
        .route("/end", get(end_and_stay))
        .route("/unset", get(unset))
        .route("/broken", get(broken))
        .route("/write", post(me))
}

/// A server and a browser that has logged in.
struct Visit {
    app: App,
    jar: Jar,
}

impl Visit {
    async fn begin(
        renewal: RenewalOptions,
        configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder,
    ) -> Self {
        let (auth, clock) = authority(|builder| {
            let builder = builder.secret(SECRET).locations([TokenLocation::Cookie]);
            configure(builder.renewal(renewal))
        });
        let router = routes().with_state(auth.clone()).layer(auth.layer());
        let mut visit = Self { app: App::serve(auth, clock, router).await, jar: Jar::default() };
        visit.get("/login").await;
        visit
    }

    /// With a store in memory.
    async fn new(renewal: RenewalOptions) -> Self {
        Self::begin(renewal, |builder| builder.store(MemoryStore::new())).await
    }

    /// Whose refresh cookie is traded, too.
    async fn from_cookie() -> Self {
        Self::begin(RenewalOptions::new().from_refresh_cookie(), |builder| {
            builder
                .store(MemoryStore::new())
                .rotation_grace(Duration::from_secs(10))
                .cookies(CookieOptions::new().refresh_path("/"))
        })
        .await
    }

    fn pass(&self, seconds: u64) {
        self.app.clock.advance(Duration::from_secs(seconds));
    }

    /// Sends with the cookies of the jar, and keeps what comes.
    async fn send(&mut self, draft: Draft, path: &str) -> Reply {
        let reply = self.jar.fill(draft, path).send(&self.app, path).await.expect("an answer");
        self.jar.take(&reply);
        reply
    }

    async fn get(&mut self, path: &str) -> Reply {
        self.send(Draft::get(), path).await
    }

    fn access(&self) -> String {
        self.jar.value(ACCESS_COOKIE).expect("an access cookie").to_owned()
    }

    /// A browser has forgotten it, as its `Max-Age` was over.
    fn forget(&mut self, name: &str) {
        self.jar.forget(name);
    }

    /// Whether the answer at `path` renews.
    async fn renews_at(&mut self, draft: Draft, path: &str) -> bool {
        let reply = self.send(draft, path).await;
        let renewed = SetCookie::all(&reply).iter().any(|cookie| cookie.name == ACCESS_COOKIE);
        assert_eq!(renewed, !reply.headers_named("set-cookie").is_empty(), "{reply:?}");
        renewed
    }
}

#[tokio::test]
async fn access_cookie_is_renewed_when_it_ends_soon() {
    let mut visit = Visit::new(RenewalOptions::new()).await;
    let first = visit.access();
    visit.pass(599);
    assert!(!visit.renews_at(Draft::get(), "/me").await, "ten minutes and a second are left");
    visit.pass(1);
    let reply = visit.get("/me").await.assert_status(200);
    assert_eq!(reply.headers_named("cache-control"), ["no-store"]);
    let cookies = SetCookie::all(&reply);
    let names: Vec<_> = cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    assert_eq!(names, [ACCESS_COOKIE, CSRF_ACCESS_COOKIE]);
    let (old, new) = (claims(&first), claims(&cookies[0].value));
    assert_ne!(old["jti"], new["jti"]);
    for claim in ["sub", "team", "iss", "aud", "sid", "auth_time", "csrf", "type"] {
        assert_eq!(old[claim], new[claim], "{claim}");
    }
    assert_eq!((&old["fresh"], &new["fresh"]), (&json!(true), &json!(false)));
    assert_eq!(new["exp"], json!(START + 600 + 900));
    assert_eq!(cookies[0].attribute("max-age"), Some("900"));
    assert_eq!(cookies[1].value, new["csrf"]);
    // It is as good as any, at every guard of the session but those for a login.
    visit.pass(500);
    visit.get("/me").await.assert_status(200);
    visit.get("/registered").await.assert_status(200);
    not_fresh(None).assert(&visit.get("/fresh").await);
}

#[tokio::test]
async fn time_before_the_end_is_what_is_configured() {
    let options = RenewalOptions::new().within(Duration::from_secs(60));
    let mut visit = Visit::new(options).await;
    visit.pass(839);
    assert!(!visit.renews_at(Draft::get(), "/me").await);
    visit.pass(1);
    assert!(visit.renews_at(Draft::get(), "/me").await);
}

#[tokio::test]
async fn without_the_layer_nothing_is_renewed() {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(MemoryStore::new());
        builder.locations([TokenLocation::Cookie]).renewal(RenewalOptions::new())
    });
    let app = App::serve(auth.clone(), clock, routes().with_state(auth)).await;
    let mut visit = Visit { app, jar: Jar::default() };
    visit.get("/login").await.assert_status(204);
    visit.pass(880);
    assert!(!visit.renews_at(Draft::get(), "/me").await);
}

#[tokio::test]
async fn token_in_a_header_is_not_renewed() {
    let visit = Visit::begin(RenewalOptions::new(), |builder| {
        let builder = builder.store(MemoryStore::new());
        builder.locations([TokenLocation::Header, TokenLocation::Cookie])
    })
    .await;
    visit.pass(880);
    let token = visit.access();
    let reply = visit.app.get("/me", &token).await.assert_status(200);
    assert!(SetCookie::all(&reply).is_empty(), "{reply:?}");
}

/// AuthX answers 401 and sets a good cookie.
#[tokio::test]
async fn revoked_token_is_not_renewed() {
    for end in ["/revoke", "/end"] {
        let mut visit = Visit::new(RenewalOptions::new()).await;
        visit.pass(880);
        assert!(!visit.renews_at(Draft::get(), end).await, "{end} has revoked it");
        let reply = visit.get("/me").await;
        token_revoked().assert(&reply);
        assert!(SetCookie::all(&reply).is_empty(), "{reply:?}");
    }
}

/// flask-jwt-extended's recipe sets the cookie again that a logout has taken away.
#[tokio::test]
async fn explicit_unset_stands() {
    let mut visit = Visit::new(RenewalOptions::new()).await;
    visit.pass(880);
    let reply = visit.get("/unset").await.assert_status(204);
    let cookies = SetCookie::all(&reply);
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    assert!(cookies.iter().all(SetCookie::is_unset), "{cookies:?}");
    token_missing().assert(&visit.get("/me").await);
}

#[tokio::test]
async fn failed_request_renews_nothing() {
    let mut visit = Visit::new(RenewalOptions::new()).await;
    visit.pass(880);
    assert!(!visit.renews_at(Draft::get(), "/broken").await);
}

/// Nobody uses the refresh token: the session ends as it would have without a renewal.
#[tokio::test]
async fn renewal_does_not_outlive_the_session() {
    let hour = Duration::from_secs(3600);
    for (configured, end) in [("refresh", 3600), ("session", 3600), ("idle", 3600)] {
        let mut visit = Visit::begin(RenewalOptions::new(), |builder| {
            let builder = builder.store(MemoryStore::new());
            match configured {
                "refresh" => builder.refresh_lifetime(hour),
                "session" => builder.session_lifetime(hour),
                _ => builder.idle_timeout(hour),
            }
        })
        .await;
        let mut last = 0;
        for _ in 0..8 {
            visit.pass(600);
            visit.get("/me").await;
            last = claims(&visit.access())["exp"].as_u64().expect("a date");
            assert!(last <= START + end, "{configured}: {last}");
        }
        assert_eq!(last, START + end, "{configured}");
        token_expired().assert(&visit.get("/me").await);
    }
}

#[tokio::test]
async fn without_a_store_a_renewal_ends_with_the_login() {
    for (session_lifetime, end) in [(Some(3600), 3600), (None, 7200)] {
        let mut visit = Visit::begin(RenewalOptions::new(), |builder| {
            let builder = builder.refresh_lifetime(Duration::from_secs(7200));
            match session_lifetime {
                Some(seconds) => builder.session_lifetime(Duration::from_secs(seconds)),
                None => builder,
            }
        })
        .await;
        for _ in 0..13 {
            visit.pass(600);
            visit.get("/me").await;
        }
        assert_eq!(claims(&visit.access())["exp"], json!(START + end));
        token_expired().assert(&visit.get("/me").await);
    }
}

#[tokio::test]
async fn paths_and_methods_are_what_is_configured() {
    let options = RenewalOptions::new;
    for (options, renewed) in [
        (options(), ["/me", "/me/polled", "/media", "/write"].as_slice()),
        (options().only_paths(["/me"]), &["/me", "/me/polled"]),
        (options().except_paths(["/me/polled"]), &["/me", "/media", "/write"]),
        (options().only_paths(["/me"]).except_paths(["/me/polled"]), &["/me"]),
        (options().only_methods([Method::GET]), &["/me", "/me/polled", "/media"]),
        (options().except_methods([Method::GET]), &["/write"]),
    ] {
        for path in ["/me", "/me/polled", "/media", "/write"] {
            let mut visit = Visit::new(options.clone()).await;
            visit.pass(880);
            let csrf = visit.jar.value(CSRF_ACCESS_COOKIE).expect("a CSRF cookie").to_owned();
            let draft = match path {
                "/write" => Draft::post().header("X-CSRF-Token", csrf),
                _ => Draft::get(),
            };
            let renews = visit.renews_at(draft, path).await;
            assert_eq!(renews, renewed.contains(&path), "{path} with {options:?}");
        }
    }
}

#[tokio::test]
async fn expired_access_cookie_is_renewed_from_the_refresh_cookie() {
    let mut visit = Visit::from_cookie().await;
    let old_refresh = visit.jar.value(ROOT_REFRESH_COOKIE).expect("a refresh cookie").to_owned();
    let old = claims(&visit.access());
    for is_forgotten in [false, true] {
        visit.pass(3600);
        if is_forgotten {
            visit.forget(ACCESS_COOKIE);
            visit.forget(CSRF_ACCESS_COOKIE);
        }
        let reply = visit.get("/me").await.assert_status(200);
        assert_eq!(reply.json(), json!({ "sub": "alice", "team": "red" }));
        assert_eq!(SetCookie::all(&reply).len(), 4, "{reply:?}");
        let new = claims(&visit.access());
        assert_eq!((&new["sid"], &new["csrf"]), (&old["sid"], &old["csrf"]));
        assert_eq!(new["fresh"], json!(false));
        // Once: the next request has an access cookie.
        assert!(!visit.renews_at(Draft::get(), "/me").await);
    }
    assert_ne!(visit.jar.value(ROOT_REFRESH_COOKIE), Some(old_refresh.as_str()));
    // A thief who kept the first one ends the session, as ever.
    let thief = Draft::get().cookie(ROOT_REFRESH_COOKIE, &old_refresh);
    token_missing().assert(&thief.send(&visit.app, "/me").await.expect("an answer"));
    token_revoked().assert(&visit.get("/me").await);
}

#[tokio::test]
async fn optional_and_fresh_guards_are_renewed_too() {
    let mut visit = Visit::from_cookie().await;
    visit.pass(3600);
    assert_eq!(visit.get("/maybe").await.json()["sub"], "alice");
    visit.pass(3600);
    // The refresh token is used up, so its successor has to arrive although the answer is no.
    let reply = visit.get("/fresh").await;
    not_fresh(None).assert(&without_cookies(reply));
    visit.get("/me").await.assert_status(200);
    visit.forget(ACCESS_COOKIE);
    visit.forget(ROOT_REFRESH_COOKIE);
    assert!(visit.get("/maybe").await.json()["sub"].is_null());
}

/// The refusal as it would have been.
fn without_cookies(mut reply: Reply) -> Reply {
    assert!(reply.headers.remove("set-cookie").is_some(), "{reply:?}");
    reply
}

#[tokio::test]
async fn bad_refresh_cookie_is_no_token() {
    let mut visit = Visit::from_cookie().await;
    visit.forget(ACCESS_COOKIE);
    visit.forget(ROOT_REFRESH_COOKIE);
    for bad in ["garbage", "a.b.c", &visit_access_as_refresh().await] {
        let draft = Draft::get().cookie(ROOT_REFRESH_COOKIE, bad);
        token_missing().assert(&draft.send(&visit.app, "/me").await.expect("an answer"));
        let reply = draft.send(&visit.app, "/maybe").await.expect("an answer");
        assert!(reply.assert_status(200).json()["sub"].is_null());
    }
    let mut ended = Visit::from_cookie().await;
    ended.get("/end").await.assert_status(200);
    ended.forget(ACCESS_COOKIE);
    token_missing().assert(&ended.get("/me").await);
}

async fn visit_access_as_refresh() -> String {
    Visit::from_cookie().await.access()
}

#[tokio::test]
async fn requests_at_once_are_renewed_within_the_grace() {
    let mut visit = Visit::from_cookie().await;
    visit.pass(3600);
    visit.forget(ACCESS_COOKIE);
    let drafts: Vec<Draft> = (0..8).map(|_| visit.jar.fill(Draft::get(), "/me")).collect();
    let answers: Vec<_> = drafts
        .into_iter()
        .map(|draft| {
            let address = visit.app.address;
            let text = draft.text("/me", &address.to_string());
            tokio::spawn(async move { jwt_tests::client::raw(address, text.as_bytes()).await })
        })
        .collect();
    for answer in answers {
        let reply = answer.await.expect("a task").expect("an answer").assert_status(200);
        visit.jar.take(&reply);
    }
    visit.get("/me").await.assert_status(200);
    visit.pass(3600);
    visit.get("/me").await.assert_status(200);
}

/// A form of another site would otherwise be let in by the refresh cookie.
#[tokio::test]
async fn refresh_cookie_needs_the_csrf_token_too() {
    let mut visit = Visit::from_cookie().await;
    let csrf = visit.jar.value(CSRF_ACCESS_COOKIE).expect("a CSRF cookie").to_owned();
    visit.pass(3600);
    let missing: Refusal = csrf_failed(
        "the CSRF token is missing: send the value of the cookie `__Host-csrf_access_token` in the \
         header `X-CSRF-Token`",
    );
    let forged = visit.send(Draft::post(), "/write").await;
    missing.assert(&forged);
    assert!(SetCookie::all(&forged).is_empty(), "nothing was traded: {forged:?}");
    let draft = Draft::post().header("X-CSRF-Token", csrf);
    assert!(visit.renews_at(draft, "/write").await);
}

#[test]
fn contradictions_are_refused_when_it_is_built() {
    let built = |renewal: RenewalOptions, path: &str, grace: u64| {
        JwtAuth::builder()
            .secret(SECRET)
            .store(MemoryStore::new())
            .locations([TokenLocation::Cookie])
            .cookies(CookieOptions::new().refresh_path(path))
            .rotation_grace(Duration::from_secs(grace))
            .renewal(renewal)
            .build()
    };
    let options = RenewalOptions::new;
    built(options(), "/refresh", 0).expect("the defaults fit");
    built(options().from_refresh_cookie(), "/", 10).expect("all that it needs");
    for (renewal, path, grace) in [
        (options().within(Duration::from_secs(900)), "/", 10),
        (options().from_refresh_cookie(), "/refresh", 10),
        (options().from_refresh_cookie(), "/", 0),
        (options().only_paths(["me"]), "/", 10),
        (options().except_paths([""]), "/", 10),
    ] {
        let error = built(renewal.clone(), path, grace).expect_err("a contradiction");
        assert!(error.to_string().starts_with("`renewal`: "), "{renewal:?}: {error}");
    }
    let without = JwtAuth::builder().secret(SECRET).renewal(options()).build();
    assert!(without.is_err(), "there are no cookies to renew");
}
