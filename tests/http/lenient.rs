//! `optional(lenient)`: a token that is refused counts as none.

use std::time::Duration;

use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{CookieOptions, Registered, TokenLocation, jwt_required};
use jwt_tests::app::{App, authority};
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::keys::{ForgerKey, OTHER_SECRET, SECRET};
use jwt_tests::logs::Logs;
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{csrf_missing, store_unavailable, token_expired};
use jwt_tests::routes;
use jwt_tests::tokens::Forgery;
use serde_json::{Value, json};

#[jwt_required(optional(lenient))]
async fn feed(#[claims] token: Option<Registered>) -> Json<Value> {
    Json(json!(token.map(|token| token.sub)))
}

#[jwt_required(optional)]
async fn strict(#[claims] token: Option<Registered>) -> Json<Value> {
    Json(json!(token.map(|token| token.sub)))
}

#[jwt_required(optional(lenient), any_type)]
async fn of_any_type(#[claims] token: Option<Registered>) -> Json<Value> {
    Json(json!(token.map(|token| token.sub)))
}

async fn app() -> (App, Plugged) {
    let store = Plugged::default();
    let (auth, clock) = authority(|builder| {
        builder
            .secret(SECRET)
            .store(store.clone())
            .locations([TokenLocation::Header, TokenLocation::Cookie])
            .cookies(CookieOptions::new())
    });
    let router = Router::new()
        .route("/feed", get(feed).post(feed))
        .route("/strict", get(strict))
        .route("/any", post(of_any_type).get(of_any_type))
        .merge(routes::all())
        .with_state(auth.clone());
    (App::serve(auth, clock, router).await, store)
}

#[tokio::test]
async fn a_token_that_is_refused_counts_as_none() {
    let (app, _) = app().await;
    let pair = app.login("alice").await;
    assert_eq!(app.get("/feed", &pair.access).await.assert_status(200).json(), "alice");
    let of_us = ForgerKey::hmac("HS256", SECRET);
    let revoked = app.login("alice").await.access;
    app.post("/logout", &revoked).await.assert_status(204);
    let good = Forgery::of(&pair.access);
    let refused = [
        ("garbage", "garbage".to_owned()),
        ("of another key", good.sign(&ForgerKey::hmac("HS256", OTHER_SECRET))),
        ("of another kind", pair.refresh.clone()),
        ("revoked", revoked),
        ("not yet valid", good.clone().claim("nbf", 4_000_000_000_u64).sign(&of_us)),
        ("without an id", good.clone().without("jti").sign(&of_us)),
        ("for somebody else", good.clone().claim("aud", "others").sign(&of_us)),
    ];
    for (what, token) in &refused {
        let strict = app.get("/strict", token).await;
        assert_eq!(strict.status, 401, "{what}: {strict:?}");
        let reply = app.get("/feed", token).await.assert_status(200);
        assert_eq!(reply.json(), Value::Null, "{what}");
    }
    for header in ["Bearer", "Bearer a b", "Basic x"] {
        let call = app.call("GET", "/feed").header("authorization", header);
        assert_eq!(call.send().await.assert_status(200).json(), Value::Null, "{header}");
    }
    let twice = app.call("GET", "/feed").bearer(&pair.access).bearer(&pair.access);
    assert_eq!(twice.send().await.assert_status(200).json(), Value::Null);
    app.clock.advance(Duration::from_secs(900));
    token_expired().assert(&app.get("/strict", &pair.access).await);
    assert_eq!(app.get("/feed", &pair.access).await.assert_status(200).json(), Value::Null);
}

/// Nobody asks about no token; a bad one says what was wrong.
#[tokio::test]
async fn why_a_token_counts_as_none_is_in_the_log() {
    let logs = Logs::default();
    let guard = logs.capture();
    let (app, _) = app().await;
    app.call("GET", "/feed").send().await.assert_status(200);
    assert!(!logs.text().contains("refused"), "{}", logs.text());
    app.get("/feed", "garbage").await.assert_status(200);
    drop(guard);
    assert!(logs.text().contains("token_invalid"), "{}", logs.text());
}

#[tokio::test]
async fn a_refresh_token_passes_where_any_kind_does() {
    let (app, _) = app().await;
    let pair = app.login("alice").await;
    assert_eq!(app.get("/any", &pair.refresh).await.assert_status(200).json(), "alice");
    assert_eq!(app.get("/any", "garbage").await.assert_status(200).json(), Value::Null);
}

/// Nobody knows whether it is a good one, and whoever it is may be shown what is not theirs.
#[tokio::test]
async fn a_store_that_does_not_answer_is_no_reason_to_let_in() {
    let (app, store) = app().await;
    let pair = app.login("alice").await;
    store.pull();
    store_unavailable().assert(&app.get("/feed", &pair.access).await);
    let nobody = app.call("GET", "/feed").send().await.assert_status(200);
    assert_eq!(nobody.json(), Value::Null);
}

#[tokio::test]
async fn a_request_that_no_page_has_sent_is_refused() {
    let (app, _) = app().await;
    let pair = app.login("alice").await;
    let forged = Draft::post().cookie(ACCESS_COOKIE, &pair.access).header("Origin", OWN_ORIGIN);
    csrf_missing("access").assert(&forged.send(&app, "/feed").await.expect("an answer"));
}
