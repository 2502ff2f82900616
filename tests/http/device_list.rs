//! The page of "your devices": what is shown of each, ending one, ending the others.

use std::time::Duration;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use jwt_runtime::{AuthError, JwtAuth, LoginOptions, Registered, jwt_required};
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::refusal::{token_missing, token_revoked};
use jwt_tests::routes;
use jwt_tests::tokens::claims;
use serde_json::json;

#[tokio::test]
async fn page_shows_what_the_application_told_and_no_more() {
    let app = App::new().await;
    let told = json!({
        "sub": "alice", "device": "Laptop", "user_agent": "Mozilla/5.0 (X11)",
        "address": "2001:db8::7",
    });
    let laptop = app.login_as(&told).await;
    app.clock.advance(Duration::from_secs(5));
    // The client sends a `User-Agent` with every request, and it is not stored by itself.
    let phone = app.login("alice").await;
    let laptop = app.rotate(&laptop.refresh).await;
    let listed = app.get("/sessions", &phone.access).await.assert_status(200).json();
    let sid = |token: &str| claims(token)["sid"].clone();
    let expected = json!([
        {
            "id": sid(&laptop.access), "created_at": START, "last_used_at": START + 5,
            "expires_at": START + 5 + 2_592_000, "label": "Laptop",
            "user_agent": "Mozilla/5.0 (X11)", "address": "2001:db8::7",
        },
        {
            "id": sid(&phone.access), "created_at": START + 5, "last_used_at": START + 5,
            "expires_at": START + 5 + 2_592_000, "label": null, "user_agent": null,
            "address": null,
        },
    ]);
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn other_devices_are_logged_out() {
    let app = App::new().await;
    let (laptop, phone, tv, other) = (
        app.login("alice").await,
        app.login("alice").await,
        app.login("alice").await,
        app.login("bob").await,
    );
    token_missing().assert(&app.call("POST", "/logout-others").send().await);
    app.post("/logout-others", &phone.access).await.assert_status(204);
    for dead in [&laptop, &tv] {
        token_revoked().assert(&app.get("/access", &dead.access).await);
        token_revoked().assert(&app.post("/refresh", &dead.refresh).await);
    }
    for alive in [&phone, &other] {
        app.get("/access", &alive.access).await.assert_status(200);
        app.rotate(&alive.refresh).await;
    }
    let listed = app.get("/sessions", &phone.access).await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    app.post("/logout-others", &phone.access).await.assert_status(204);
    app.login("alice").await;
}

/// Its guard does not ask the store: as if somebody had logged this device out in between.
#[jwt_required(skip_revocation)]
async fn late_logout_others(
    State(auth): State<JwtAuth>,
    #[claims] token: Registered,
) -> Result<Json<bool>, AuthError> {
    auth.logout_others(&token).await.map(Json)
}

#[tokio::test]
async fn device_that_is_logged_out_itself_is_told_so() {
    let app = App::routed(
        Router::new().route("/late", post(late_logout_others)).merge(routes::guarded::routes()),
    )
    .await;
    let (laptop, phone) = (app.login("alice").await, app.login("alice").await);
    let late = || app.post("/late", &laptop.access);
    assert_eq!(late().await.assert_status(200).body, "true");
    app.post("/logout", &laptop.access).await.assert_status(204);
    let again = app.login("alice").await;
    assert_eq!(late().await.assert_status(200).body, "false");
    for dead in [&laptop, &phone, &again] {
        token_revoked().assert(&app.get("/access", &dead.access).await);
    }
}

/// A store reads all devices of a subject at once: nobody may make that long for everybody else.
#[tokio::test]
async fn long_texts_are_cut() {
    let app = App::new().await;
    let (long, wide) = ("x".repeat(300_000), "\u{65e5}".repeat(100_000));
    let exact = "y".repeat(512);
    for (subject, label, user_agent, expected) in [
        // Three bytes each, and no half of one.
        ("alice", &*long, &*wide, json!(["x".repeat(512), "\u{65e5}".repeat(170)])),
        ("bob", &*exact, "", json!([exact, ""])),
    ] {
        let claims = json!({ "sub": subject }).as_object().cloned().expect("an object");
        let device = LoginOptions::new().label(label).user_agent(user_agent);
        let pair = app.auth.login_with(&claims, device).await.expect("a login");
        let listed =
            app.get("/sessions", pair.access_token().as_str()).await.assert_status(200).json();
        assert_eq!(json!([listed[0]["label"], listed[0]["user_agent"]]), expected);
    }
}
