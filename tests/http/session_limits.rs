//! `session_limit`: as many devices as there may be.

use std::time::Duration;

use jwt_runtime::{AuthError, IssueOptions, MemoryStore, SessionLimit};
use jwt_tests::app::App;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{session_limit_reached, token_revoked};
use serde_json::json;

const MINUTE: Duration = Duration::from_secs(60);

async fn app(limit: SessionLimit) -> App {
    App::with(|builder| builder.secret(SECRET).store(MemoryStore::new()).session_limit(limit)).await
}

#[tokio::test]
async fn login_beyond_the_limit_is_refused() {
    let app = app(SessionLimit::Refuse(2)).await;
    let (laptop, phone) = (app.login("alice").await, app.login("alice").await);
    let login = || app.call("POST", "/login").json(&json!({ "sub": "alice" })).send();
    session_limit_reached().assert(&login().await);
    for pair in [&laptop, &phone] {
        app.get("/access", &pair.access).await.assert_status(200);
        app.rotate(&pair.refresh).await;
    }
    app.login("bob").await;
    app.post("/logout", &laptop.access).await.assert_status(204);
    login().await.assert_status(200);
    session_limit_reached().assert(&login().await);
    // Expired sessions make room by themselves.
    app.clock.advance(Duration::from_secs(2_592_000));
    login().await.assert_status(200);
}

#[tokio::test]
async fn login_beyond_the_limit_ends_the_oldest() {
    let app = app(SessionLimit::EndOldest(2)).await;
    let other = app.login("bob").await;
    let oldest = app.login("alice").await;
    app.clock.advance(MINUTE);
    let middle = app.login("alice").await;
    app.clock.advance(MINUTE);
    // Used last, and still the oldest.
    let refreshed = app.rotate(&oldest.refresh).await;
    let youngest = app.login("alice").await;
    for token in [&oldest.access, &refreshed.access] {
        token_revoked().assert(&app.get("/access", token).await);
    }
    token_revoked().assert(&app.post("/refresh", &refreshed.refresh).await);
    for pair in [&middle, &youngest, &other] {
        app.get("/access", &pair.access).await.assert_status(200);
    }
    let listed = app.get("/sessions", &youngest.access).await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
}

/// A refresh token opens a session as a login does; a single access token is no login.
#[tokio::test]
async fn limit_holds_for_whatever_can_be_refreshed() {
    let app = app(SessionLimit::Refuse(1)).await;
    let user = json!({ "sub": "alice" });
    let user = user.as_object().expect("an object");
    app.login("alice").await;
    let refused = app.auth.issue_refresh(user, IssueOptions::new()).await;
    assert_eq!(refused.err(), Some(AuthError::SessionLimitReached));
    let single = app.auth.issue_access(user, IssueOptions::new()).await.expect("not refused");
    app.get("/access", single.as_str()).await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_logins_keep_to_the_limit() {
    let app = std::sync::Arc::new(app(SessionLimit::Refuse(3)).await);
    let logins: Vec<_> = (0..100)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move {
                app.call("POST", "/login").json(&json!({ "sub": "alice" })).send().await.status
            })
        })
        .collect();
    let mut statuses = Vec::new();
    for login in logins {
        statuses.push(login.await.expect("an answer"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses[..3], [200; 3]);
    assert!(statuses[3..].iter().all(|status| *status == 403), "{statuses:?}");
}

/// A token that has expired is refreshed within the leeway, but not beside the login that took its
/// place: the limit would grow by one with each lifetime.
#[tokio::test]
async fn leeway_brings_no_session_back() {
    for limit in [SessionLimit::Refuse(1), SessionLimit::EndOldest(1)] {
        let app = App::with(|builder| {
            builder
                .secret(SECRET)
                .store(MemoryStore::new())
                .leeway(Duration::from_secs(60))
                .session_limit(limit)
        })
        .await;
        let (alone, replaced) = (app.login("alice").await, app.login("bob").await);
        app.clock.advance(Duration::from_secs(2_592_001));
        app.rotate(&alone.refresh).await;
        let next = app.login("bob").await;
        token_revoked().assert(&app.post("/refresh", &replaced.refresh).await);
        app.get("/access", &next.access).await.assert_status(200);
    }
}
