//! Requests that nobody sends by accident, to guards of either kind, to lenient ones, and to layers.

use std::time::Duration;

use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    Claims, CookieOptions, CsrfOptions, MemoryStore, OlderTokens, Registered, RenewalOptions,
    Scopes, TokenLocation, jwt_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::keys::SECRET;
use jwt_tests::routes;
use jwt_tests::tokens::claims;
use serde_json::{Value, json};

#[jwt_required(any_type)]
async fn who(#[claims] token: Registered) -> Json<Value> {
    Json(json!({ "sub": token.sub, "type": token.token_type }))
}

#[jwt_required(optional(lenient), any_type)]
async fn echo(#[claims] token: Option<Registered>, body: String) -> Json<Value> {
    Json(json!({ "sub": token.map(|token| token.sub), "length": body.len() }))
}

#[jwt_required(optional(lenient))]
async fn feed(#[claims] token: Option<Registered>) -> Json<Value> {
    Json(json!(token.map(|token| token.sub)))
}

#[derive(Claims)]
struct Scoped {
    #[allow(dead_code)]
    sub: String,
    #[claim(scopes)]
    #[serde(default)]
    scope: Scopes,
}

#[jwt_required(all_scopes("orders:read"))]
async fn scoped(#[claims] user: Scoped) -> String {
    user.scope.to_string()
}

/// Every guard of these, and the usual routes, for tokens in headers, cookies and bodies.
pub(crate) async fn browser(renewal: Option<RenewalOptions>, older: OlderTokens) -> App {
    let (auth, clock) = authority(|builder| {
        let builder = builder
            .secret(SECRET)
            .store(MemoryStore::new())
            .accept_older(older)
            .locations([TokenLocation::Header, TokenLocation::Cookie, TokenLocation::Json])
            .cookies(CookieOptions::new().refresh_path("/"));
        match renewal {
            Some(renewal) => builder.renewal(renewal).rotation_grace(Duration::from_secs(10)),
            None => builder,
        }
    });
    let router = Router::new()
        .route("/who", get(who).post(who))
        .route("/feed", get(feed).post(feed))
        .route("/lenient", post(echo))
        .route("/scoped", get(scoped))
        .merge(routes::all())
        .with_state(auth.clone());
    App::serve(auth.clone(), clock, router.layer(auth.layer())).await
}

/// The refresh cookie of a path that is everywhere.
pub(crate) const REFRESH: &str = "__Host-refresh_token";

async fn uri(uri: axum::http::Uri) -> String {
    uri.to_string()
}

/// The header is looked at once, and is not a second token.
#[tokio::test]
async fn an_expired_header_beside_a_refresh_cookie_is_expired() {
    let app = browser(None, OlderTokens::flask_jwt_extended()).await;
    let pair = app.login("alice").await;
    let both = Draft::get().bearer(&pair.access).cookie(REFRESH, &pair.refresh);
    both.send(&app, "/who").await.expect("an answer").assert_status(200);
    app.clock.advance(Duration::from_secs(900));
    let reply = both.send(&app, "/who").await.expect("an answer");
    assert_ne!(reply.status, 400, "{reply:?}");
}

/// Where cookies renew themselves too.
#[tokio::test]
async fn any_type_asks_for_the_csrf_token_of_the_cookie_that_is_there() {
    let (auth, clock) = authority(|builder| {
        builder
            .secret(SECRET)
            .store(MemoryStore::new())
            .locations([TokenLocation::Cookie])
            .rotation_grace(Duration::from_secs(10))
            .renewal(RenewalOptions::new().from_refresh_cookie())
            .cookies(CookieOptions::new().refresh_path("/"))
            .csrf(CsrfOptions::new().access_header("X-A").refresh_header("X-R"))
    });
    let router = Router::new().route("/who", post(who)).merge(routes::all());
    let router = router.with_state(auth.clone()).layer(auth.layer());
    let app = App::serve(auth, clock, router).await;
    let pair = app.login("alice").await;
    let csrf = claims(&pair.refresh)["csrf"].as_str().expect("a CSRF token").to_owned();
    let draft = Draft::post()
        .header("Origin", OWN_ORIGIN)
        .cookie(REFRESH, &pair.refresh)
        .header("X-R", csrf);
    let reply = draft.send(&app, "/who").await.expect("an answer");
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn a_token_in_the_query_is_taken_out_of_an_exempt_request_too() {
    let (auth, clock) = authority(|builder| {
        builder.secret(SECRET).store(MemoryStore::new()).locations([TokenLocation::Query])
    });
    let router = Router::new()
        .route("/uri", axum::routing::any(uri))
        .route_layer(auth.require_access().exempt_options())
        .merge(routes::all())
        .with_state(auth.clone())
        .layer(auth.layer());
    let app = App::serve(auth, clock, router).await;
    let pair = app.login("alice").await;
    for method in ["GET", "OPTIONS"] {
        let draft = Draft::new(method).query("access_token", &pair.access);
        let reply = draft.send(&app, "/uri").await.expect("an answer").assert_status(200);
        assert!(!reply.body.contains(&pair.access), "{method}: {reply:?}");
    }
}

#[tokio::test]
async fn lenient_does_not_cut_a_body() {
    let app = browser(None, OlderTokens::flask_jwt_extended()).await;
    for text in [format!("{{\"a\":\"{}\"}}", "x".repeat(100_000)), "{".to_owned()] {
        let draft = Draft::post().json(text.clone());
        let reply = draft.send(&app, "/lenient").await.expect("an answer");
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(reply.json()["length"], text.len());
    }
}

#[tokio::test]
async fn lenient_with_any_type_asks_the_other_kind_for_csrf_too() {
    let app = browser(None, OlderTokens::flask_jwt_extended()).await;
    let pair = app.login("alice").await;
    app.clock.advance(Duration::from_secs(900));
    let own = Draft::post().header("Origin", OWN_ORIGIN).body("text/plain", "x");
    let draft = own.cookie(ACCESS_COOKIE, &pair.access).cookie(REFRESH, &pair.refresh);
    let reply = draft.send(&app, "/lenient").await.expect("an answer");
    assert!(reply.status == 401 || reply.status == 403, "{reply:?}");
    let reply = draft
        .header("Origin", "https://evil.example")
        .send(&app, "/lenient")
        .await
        .expect("an answer");
    assert_ne!(reply.status, 200, "{reply:?}");
}
