//! A store that fails: 503 for everybody whose token would be good, and never a false answer.
//! Section 0.7; B6.

use jwt_runtime::MemoryStore;
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{
    forbidden, store_unavailable, token_expired, token_invalid, token_missing, token_revoked,
    type_wrong,
};
use jwt_tests::tokens::Forgery;
use serde_json::json;

#[tokio::test]
async fn outage_is_503_and_changes_nothing() {
    let store = Plugged::default();
    let app = App::with(|builder| builder.secret(SECRET).store(store.clone())).await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let pair = app.login("alice").await;
    let revoked = app.login("alice").await;
    app.post("/revoke", &revoked.access).await.assert_status(204);
    store.pull();

    for (method, path, token) in [
        ("GET", "/access", &pair.access),
        ("GET", "/optional", &pair.access),
        ("GET", "/fresh", &pair.access),
        ("GET", "/fresh-recent", &pair.access),
        ("GET", "/user", &pair.access),
        ("GET", "/refresh", &pair.refresh),
        ("POST", "/refresh", &pair.refresh),
        ("POST", "/reauthenticate", &pair.access),
        ("POST", "/revoke", &pair.access),
        ("POST", "/logout", &pair.access),
        ("POST", "/logout-all", &pair.access),
        ("GET", "/sessions", &pair.access),
        ("DELETE", "/sessions/x", &pair.access),
        ("GET", "/plain/access", &pair.access),
        ("GET", "/plain/optional", &pair.access),
        ("GET", "/access", &revoked.access),
    ] {
        let reply = app.call(method, path).bearer(token).send().await;
        if let Some(mismatch) = store_unavailable().mismatch(&reply) {
            panic!("{method} {path}: {mismatch}");
        }
        assert!(!reply.body.contains("hunter2") && !reply.body.contains("redis"));
    }
    let login = app.call("POST", "/login").json(&json!({ "sub": "alice" })).send().await;
    store_unavailable().assert(&login);

    // Who would be refused anyway is told so: nobody asks a dead store about it.
    token_missing().assert(&app.call("GET", "/access").send().await);
    token_invalid().assert(&app.get("/access", "garbage").await);
    type_wrong("access").assert(&app.get("/access", &pair.refresh).await);
    forbidden(None).assert(&app.get("/admin", &pair.access).await);
    let expired = Forgery::of(&pair.access).claim("exp", START).sign(&key);
    token_expired().assert(&app.get("/access", &expired).await);
    app.call("GET", "/optional").send().await.assert_status(200);
    app.get("/unrevoked", &pair.access).await.assert_status(200);

    store.plug_in();
    app.get("/access", &pair.access).await.assert_status(200);
    app.rotate(&pair.refresh).await;
    token_revoked().assert(&app.get("/access", &revoked.access).await);
}

/// A store without room refuses what it cannot remember: no session that could not be ended, and
/// no revocation that would be forgotten.
#[tokio::test]
async fn full_store_is_503() {
    let app =
        App::with(|builder| builder.secret(SECRET).store(MemoryStore::with_max_records(2))).await;
    let first = app.login("alice").await;
    app.login("alice").await;
    let third = app.call("POST", "/login").json(&json!({ "sub": "alice" })).send().await;
    store_unavailable().assert(&third);
    store_unavailable().assert(&app.post("/revoke", &first.access).await);
    app.get("/access", &first.access).await.assert_status(200);
    app.post("/logout", &first.access).await.assert_status(204);
    app.login("alice").await;
}
