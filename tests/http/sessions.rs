//! Login, refresh, logout in every size: O1, O2, O5; catalogue 19.

use std::collections::HashSet;
use std::time::Duration;

use jwt_runtime::NumericDate;
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::refusal::{token_expired, token_missing, token_revoked};
use jwt_tests::tokens::{claims, header};
use serde_json::{Value, json};

fn sid(token: &str) -> String {
    claims(token)["sid"].as_str().expect("a string").to_owned()
}

#[tokio::test]
async fn login_opens_a_session_with_two_tokens() {
    let app = App::new().await;
    let pair = app.login_as(&json!({ "sub": "alice", "theme": "dark" })).await;
    let (access, refresh) = (claims(&pair.access), claims(&pair.refresh));
    for (token, kind, lifetime) in [(&access, "access", 900), (&refresh, "refresh", 2_592_000)] {
        assert_eq!(token["sub"], "alice");
        assert_eq!(token["type"], kind);
        assert_eq!(token["theme"], "dark");
        for claim in ["iat", "nbf", "auth_time"] {
            assert_eq!(token[claim], START, "{claim}");
        }
        assert_eq!(token["exp"], START + lifetime);
        let jti: uuid::Uuid = token["jti"].as_str().expect("text").parse().expect("a UUID");
        assert!(matches!(jti.get_version_num(), 4 | 7), "{jti}");
    }
    assert_eq!(access["sid"], refresh["sid"]);
    assert_ne!(access["jti"], refresh["jti"]);
    assert_eq!(
        header(&pair.access),
        *json!({ "alg": "HS256", "typ": "at+jwt" }).as_object().expect("an object")
    );
    assert_eq!(header(&pair.refresh)["typ"], "rt+jwt");
}

#[tokio::test]
async fn refresh_goes_on_with_the_same_session_and_claims() {
    let app = App::new().await;
    let first = app.login_as(&json!({ "sub": "alice", "roles": ["admin"], "scope": "a" })).await;
    app.clock.advance(Duration::from_secs(60));
    let second = app.rotate(&first.refresh).await;
    let (before, after) = (claims(&first.access), claims(&second.access));
    for kept in ["sub", "sid", "roles", "scope", "auth_time", "type"] {
        assert_eq!(before[kept], after[kept], "{kept}");
    }
    let ids: HashSet<String> = [&first.access, &first.refresh, &second.access, &second.refresh]
        .map(|token| claims(token)["jti"].to_string())
        .into();
    assert_eq!(ids.len(), 4);
    assert_eq!(after["exp"], START + 60 + 900);
    // The access token from before is good until it expires.
    for token in [&first.access, &second.access] {
        app.get("/access", token).await.assert_status(200);
    }
}

#[tokio::test]
async fn long_session_goes_on_as_long_as_it_is_used() {
    let app = App::new().await;
    let mut pair = app.login("alice").await;
    let day = Duration::from_secs(24 * 60 * 60);
    for _ in 0..12 {
        app.clock.advance(day * 29);
        token_expired().assert(&app.get("/access", &pair.access).await);
        pair = app.rotate(&pair.refresh).await;
        app.get("/access", &pair.access).await.assert_status(200);
    }
    app.clock.advance(day * 30);
    token_expired().assert(&app.post("/refresh", &pair.refresh).await);
}

#[tokio::test]
async fn logout_ends_this_session_and_no_other() {
    let app = App::new().await;
    let (laptop, phone, other) =
        (app.login("alice").await, app.login("alice").await, app.login("bob").await);
    let reply = app.post("/logout", &laptop.access).await.assert_status(204);
    assert_eq!(reply.body, "");
    token_revoked().assert(&app.get("/access", &laptop.access).await);
    token_revoked().assert(&app.post("/refresh", &laptop.refresh).await);
    for alive in [phone, other] {
        app.get("/access", &alive.access).await.assert_status(200);
        app.rotate(&alive.refresh).await;
    }
}

#[tokio::test]
async fn logout_all_ends_every_session_of_the_subject() {
    let app = App::new().await;
    let (laptop, phone, other) =
        (app.login("alice").await, app.login("alice").await, app.login("bob").await);
    app.post("/logout-all", &phone.access).await.assert_status(204);
    for dead in [&laptop, &phone] {
        token_revoked().assert(&app.get("/access", &dead.access).await);
        token_revoked().assert(&app.post("/refresh", &dead.refresh).await);
    }
    app.get("/access", &other.access).await.assert_status(200);
    // Within the same second: whoever logs in again is in.
    let again = app.login("alice").await;
    app.get("/access", &again.access).await.assert_status(200);
    app.rotate(&again.refresh).await;
    token_revoked().assert(&app.get("/access", &laptop.access).await);
}

#[tokio::test]
async fn revoke_ends_one_token() {
    let app = App::new().await;
    let pair = app.login("alice").await;
    app.post("/revoke", &pair.access).await.assert_status(204);
    token_revoked().assert(&app.get("/access", &pair.access).await);
    let next = app.rotate(&pair.refresh).await;
    app.get("/access", &next.access).await.assert_status(200);
    token_revoked().assert(&app.get("/access", &pair.access).await);
}

#[tokio::test]
async fn sessions_are_listed_oldest_first() {
    let app = App::new().await;
    let mut pairs = Vec::new();
    for device in ["laptop", "phone", "tv"] {
        pairs.push(app.login_as(&json!({ "sub": "alice", "device": device })).await);
        app.clock.advance(Duration::from_secs(10));
    }
    app.login_as(&json!({ "sub": "bob", "device": "his" })).await;
    let phone = app.rotate(&pairs[1].refresh).await;
    let listed = app.get("/sessions", &phone.access).await.assert_status(200).json();
    let refresh_lifetime = 2_592_000;
    let row = |place: usize, device: &str, created: u64, used: u64| {
        json!({
            "id": sid(&pairs[place].access), "label": device, "created_at": START + created,
            "last_used_at": START + used, "expires_at": START + used + refresh_lifetime,
            "user_agent": null, "address": null,
        })
    };
    let expected = [row(0, "laptop", 0, 0), row(1, "phone", 10, 30), row(2, "tv", 20, 20)];
    assert_eq!(listed, Value::from(expected.to_vec()));
    app.post("/logout", &pairs[0].access).await.assert_status(204);
    let listed = app.get("/sessions", &phone.access).await.assert_status(200).json();
    assert_eq!(listed, Value::from(expected[1..].to_vec()));
}

#[tokio::test]
async fn expired_sessions_are_not_listed() {
    let app = App::new().await;
    app.login("alice").await;
    app.clock.set(NumericDate::from_secs(START + 2_592_000 - 1));
    let late = app.login("alice").await;
    let listed = |reply: Value| reply.as_array().map(Vec::len);
    let reply = app.get("/sessions", &late.access).await.assert_status(200);
    assert_eq!(listed(reply.json()), Some(2));
    app.clock.advance(Duration::from_secs(1));
    let reply = app.get("/sessions", &late.access).await.assert_status(200);
    assert_eq!(listed(reply.json()), Some(1));
}

#[tokio::test]
async fn session_is_ended_by_its_owner_only() {
    let app = App::new().await;
    let (laptop, phone, thief) =
        (app.login("alice").await, app.login("alice").await, app.login("eve").await);
    let target = format!("/sessions/{}", sid(&phone.access));
    let delete = |token: &str| app.call("DELETE", &target).bearer(token).send();
    delete(&thief.access).await.assert_status(404);
    app.get("/access", &phone.access).await.assert_status(200);
    token_missing().assert(&app.call("DELETE", &target).send().await);
    delete(&laptop.access).await.assert_status(204);
    token_revoked().assert(&app.get("/access", &phone.access).await);
    delete(&laptop.access).await.assert_status(404);
    assert_eq!(app.auth.end_session("eve", &sid(&laptop.access)).await, Ok(false));
    assert_eq!(app.auth.end_session("alice", "unknown").await, Ok(false));
    assert_eq!(app.auth.end_session("alice", &sid(&laptop.access)).await, Ok(true));
    assert_eq!(app.auth.end_session("alice", &sid(&laptop.access)).await, Ok(false));
}

/// Two authorities with one store are one: a second process of the same service.
#[tokio::test]
async fn sessions_are_shared_through_the_store() {
    let store = jwt_runtime::MemoryStore::new();
    let node = || {
        let store = store.clone();
        App::with(|builder| builder.secret(jwt_tests::keys::SECRET).store(store))
    };
    let (first, second) = (node().await, node().await);
    let pair = first.login("alice").await;
    second.get("/access", &pair.access).await.assert_status(200);
    let next = second.rotate(&pair.refresh).await;
    jwt_tests::refusal::token_reused().assert(&first.post("/refresh", &pair.refresh).await);
    token_revoked().assert(&second.get("/access", &next.access).await);
    let pair = second.login("alice").await;
    first.post("/logout", &pair.access).await.assert_status(204);
    token_revoked().assert(&second.get("/access", &pair.access).await);
}

/// An allowlist that is gone ends sessions; it does not revive them: section 0.4.
#[tokio::test]
async fn lost_records_fail_closed() {
    let app = App::new().await;
    let pair = app.login("alice").await;
    let restarted = App::new().await;
    token_revoked().assert(&restarted.get("/access", &pair.access).await);
    token_revoked().assert(&restarted.post("/refresh", &pair.refresh).await);
}
