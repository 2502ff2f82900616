//! `accept_access_tokens_unchecked_while_the_store_is_down`: what it opens, and all that it does not.

use std::time::Duration;

use jwt_runtime::StoreError;
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::logs::Logs;
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{
    forbidden, store_unavailable, token_expired, token_invalid, token_revoked, type_wrong,
};
use jwt_tests::tokens::Forgery;
use serde_json::json;

#[tokio::test]
async fn nothing_but_plain_access_is_let_in() {
    let store = Plugged::default();
    let app = App::with(|builder| {
        builder
            .secret(SECRET)
            .store(store.clone())
            .accept_access_tokens_unchecked_while_the_store_is_down()
    })
    .await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let pair = app.login("alice").await;
    let revoked = app.login("alice").await;
    app.post("/revoke", &revoked.access).await.assert_status(204);
    token_revoked().assert(&app.get("/access", &revoked.access).await);
    store.pull();

    for path in ["/access", "/optional", "/user", "/plain/access", "/plain/optional"] {
        app.get(path, &pair.access).await.assert_status(200);
    }
    // The price that the documentation names.
    app.get("/access", &revoked.access).await.assert_status(200);

    for (method, path, token) in [
        ("GET", "/fresh", &pair.access),
        ("GET", "/fresh-recent", &pair.access),
        ("GET", "/refresh", &pair.refresh),
        ("POST", "/refresh", &pair.refresh),
        ("POST", "/revoke", &pair.access),
        ("POST", "/logout", &pair.access),
        ("POST", "/logout-all", &pair.access),
        ("GET", "/sessions", &pair.access),
        ("DELETE", "/sessions/x", &pair.access),
    ] {
        let reply = app.call(method, path).bearer(token).send().await;
        if let Some(mismatch) = store_unavailable().mismatch(&reply) {
            panic!("{method} {path}: {mismatch}");
        }
    }
    let login = app.call("POST", "/login").json(&json!({ "sub": "alice" })).send().await;
    store_unavailable().assert(&login);

    token_invalid().assert(&app.get("/access", "garbage").await);
    type_wrong("access").assert(&app.get("/access", &pair.refresh).await);
    forbidden(None).assert(&app.get("/admin", &pair.access).await);
    let expired = Forgery::of(&pair.access).claim("exp", START).sign(&key);
    token_expired().assert(&app.get("/access", &expired).await);

    store.plug_in();
    token_revoked().assert(&app.get("/access", &revoked.access).await);
    app.rotate(&pair.refresh).await;
}

#[tokio::test]
async fn each_request_that_is_let_in_is_an_error_in_the_log() {
    let logs = Logs::default();
    let _capture = logs.capture();
    let store = Plugged::default();
    let app = App::with(|builder| {
        builder
            .secret(SECRET)
            .store(store.clone())
            .accept_access_tokens_unchecked_while_the_store_is_down()
    })
    .await;
    let pair = app.login("alice").await;
    store.pull();
    app.get("/access", &pair.access).await.assert_status(200);
    let text = logs.text();
    assert!(text.contains("accepted although the session store failed"), "{text}");
    assert!(!text.contains(&pair.access), "{text}");
}

/// Whoever can make a process busy must not be able to open its doors by that; and what a store
/// says that cannot be read may have been a revocation.
#[tokio::test]
async fn only_an_outage_opens_it() {
    let failures: [(fn() -> StoreError, u16); 8] = [
        (|| StoreError::Timeout(Duration::from_millis(250)), 200),
        (|| StoreError::CircuitOpen, 200),
        (|| StoreError::unavailable("READONLY"), 200),
        (|| StoreError::ViewUnproven, 503),
        (|| StoreError::Unconfirmed { confirmed: 0, wanted: 1 }, 503),
        (|| StoreError::Overloaded, 503),
        (|| StoreError::Full, 503),
        (|| StoreError::unreadable("not a session"), 503),
    ];
    let store = Plugged::default();
    let app = App::with(|builder| {
        builder
            .secret(SECRET)
            .store(store.clone())
            .accept_access_tokens_unchecked_while_the_store_is_down()
    })
    .await;
    let revoked = app.login("alice").await;
    app.post("/revoke", &revoked.access).await.assert_status(204);
    for (failure, status) in failures {
        store.fail_with(failure);
        for path in ["/access", "/optional", "/plain/access"] {
            app.get(path, &revoked.access).await.assert_status(status);
        }
    }
}
