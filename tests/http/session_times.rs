//! `session_lifetime` and `idle_timeout`: sessions that end by themselves. O4; C2.

use std::time::Duration;

use jwt_runtime::{IssueOptions, JwtAuthBuilder, MemoryStore};
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{token_expired, token_revoked};
use jwt_tests::tokens::claims;
use serde_json::json;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

fn with_store(builder: JwtAuthBuilder) -> JwtAuthBuilder {
    builder.secret(SECRET).store(MemoryStore::new())
}

fn exp(token: &str) -> u64 {
    claims(token)["exp"].as_u64().expect("a date") - START
}

#[tokio::test]
async fn session_ends_with_its_lifetime() {
    let app = App::with(|builder| with_store(builder).session_lifetime(HOUR)).await;
    let mut pair = app.login("alice").await;
    assert_eq!((exp(&pair.access), exp(&pair.refresh)), (900, 3_600));
    for _ in 0..5 {
        app.clock.advance(10 * MINUTE);
        pair = app.rotate(&pair.refresh).await;
        assert_eq!(exp(&pair.refresh), 3_600, "the end stays where it is");
        assert!(exp(&pair.access) <= 3_600, "{}", exp(&pair.access));
    }
    // At 50 minutes the access token, too, is cut to what is left.
    assert_eq!(exp(&pair.access), 3_600);
    let reply = app.post("/refresh", &pair.refresh).await.assert_status(200);
    assert_eq!(reply.json()["expires_in"], 600);
    let last = jwt_tests::app::Pair::read(&reply);
    let listed = app.get("/sessions", &last.access).await.json();
    assert_eq!(listed[0]["expires_at"], START + 3_600);

    app.clock.advance(10 * MINUTE);
    token_expired().assert(&app.get("/access", &last.access).await);
    token_expired().assert(&app.post("/refresh", &last.refresh).await);
    app.login("alice").await;
}

#[tokio::test]
async fn session_may_be_shorter_than_an_access_token() {
    let app = App::with(|builder| with_store(builder).session_lifetime(10 * MINUTE)).await;
    let pair = app.login("alice").await;
    assert_eq!((exp(&pair.access), exp(&pair.refresh)), (600, 600));
    app.clock.advance(MINUTE);
    let next = app.rotate(&pair.refresh).await;
    assert_eq!((exp(&next.access), exp(&next.refresh)), (600, 600));
    let again = app.post("/reauthenticate", &next.access).await.assert_status(200);
    assert_eq!(exp(&again.text("access_token")), 660, "it does not know of the login");
    app.clock.advance(9 * MINUTE);
    token_expired().assert(&app.get("/access", &next.access).await);
}

/// Tokens from before the setting have a later `exp`; the store knows the login.
#[tokio::test]
async fn lifetime_holds_for_sessions_that_are_open_already() {
    let store = MemoryStore::new();
    let before = App::with(|builder| builder.secret(SECRET).store(store.clone())).await;
    let after =
        App::with(|builder| builder.secret(SECRET).store(store.clone()).session_lifetime(HOUR))
            .await;
    let (early, late) = (before.login("alice").await, before.login("bob").await);
    after.clock.advance(HOUR - MINUTE);
    let next = after.rotate(&early.refresh).await;
    assert_eq!((exp(&next.access), exp(&next.refresh)), (3_600, 3_600));
    after.clock.advance(MINUTE);
    token_revoked().assert(&after.post("/refresh", &late.refresh).await);
    token_revoked().assert(&before.get("/access", &late.access).await);
}

/// A retry within the grace gets no token that outlives the session either.
#[tokio::test]
async fn lifetime_cuts_a_repeated_refresh_token() {
    let app =
        App::with(|builder| with_store(builder).session_lifetime(HOUR).rotation_grace(MINUTE))
            .await;
    let login = app.login("alice").await;
    app.clock.advance(HOUR - MINUTE);
    let first = app.rotate(&login.refresh).await;
    app.clock.advance(MINUTE / 2);
    let again = app.rotate(&login.refresh).await;
    assert_eq!(claims(&first.refresh), claims(&again.refresh));
    assert_eq!((exp(&again.access), exp(&again.refresh)), (3_600, 3_600));
    app.clock.advance(MINUTE / 2);
    token_expired().assert(&app.post("/refresh", &login.refresh).await);
    token_expired().assert(&app.post("/refresh", &again.refresh).await);
}

#[tokio::test]
async fn idle_session_ends() {
    let app = App::with(|builder| with_store(builder).idle_timeout(HOUR)).await;
    let mut pair = app.login("alice").await;
    let idle = app.login("bob").await;
    for _ in 0..50 {
        app.clock.advance(HOUR - MINUTE);
        pair = app.rotate(&pair.refresh).await;
        let lifetime = exp(&pair.refresh) + START - claims(&pair.refresh)["iat"].as_u64().unwrap();
        assert_eq!(lifetime, 3_600);
    }
    token_expired().assert(&app.post("/refresh", &idle.refresh).await);
    app.clock.advance(HOUR);
    token_expired().assert(&app.post("/refresh", &pair.refresh).await);
}

/// A leeway is for clocks that disagree, and prolongs no session.
#[tokio::test]
async fn leeway_does_not_prolong_an_idle_session() {
    let app = App::with(|builder| with_store(builder).idle_timeout(HOUR).leeway(MINUTE)).await;
    let pair = app.login("alice").await;
    app.clock.advance(HOUR);
    token_revoked().assert(&app.post("/refresh", &pair.refresh).await);
    token_revoked().assert(&app.get("/refresh", &pair.refresh).await);
}

/// A timeout that was set later holds for sessions that are open already.
#[tokio::test]
async fn idle_timeout_is_asked_of_the_store() {
    let store = MemoryStore::new();
    let before = App::with(|builder| builder.secret(SECRET).store(store.clone())).await;
    let after =
        App::with(|builder| builder.secret(SECRET).store(store.clone()).idle_timeout(HOUR)).await;
    let pair = before.login("alice").await;
    after.clock.advance(HOUR);
    token_revoked().assert(&after.post("/refresh", &pair.refresh).await);
    token_revoked().assert(&before.get("/access", &pair.access).await);
}

/// Whatever the options ask for, a token that opens a session is not good for longer than one.
#[tokio::test]
async fn single_tokens_end_with_their_session() {
    let app =
        App::with(|builder| with_store(builder).session_lifetime(2 * HOUR).idle_timeout(HOUR))
            .await;
    let (auth, user) = (&app.auth, json!({ "sub": "alice" }));
    let user = user.as_object().expect("an object");
    let year = || IssueOptions::new().lifetime(8_760 * HOUR);
    let access = auth.issue_access(user, year()).await.expect("a token");
    let refresh = auth.issue_refresh(user, year()).await.expect("a token");
    assert_eq!(exp(access.as_str()), 7_200);
    assert_eq!(exp(refresh.as_str()), 3_600);
}

/// What was made without asking the store lives on for six minutes, and no longer: the record
/// goes, whatever the last refresh would have kept it for.
#[tokio::test]
async fn record_goes_soon_after_the_end() {
    let app = App::with(|builder| with_store(builder).session_lifetime(HOUR)).await;
    let login = app.login("alice").await;
    app.clock.advance(50 * MINUTE);
    let last = app.rotate(&login.refresh).await;
    app.clock.advance(9 * MINUTE);
    let reply = app.post("/reauthenticate", &last.access).await.assert_status(200);
    let beyond = reply.text("access_token");
    assert_eq!(exp(&beyond), 59 * 60 + 900);
    let second = Duration::from_secs(1);
    app.clock.advance(7 * MINUTE - second);
    app.get("/access", &beyond).await.assert_status(200);
    app.clock.advance(second);
    token_revoked().assert(&app.get("/access", &beyond).await);
}
