//! `rotation_grace`: two tabs, lost answers, and what a thief gains by it. O1, O2, O8; section 0.2.

use std::time::Duration;

use jwt_runtime::{JwtAuthBuilder, MemoryStore, NumericDate};
use jwt_tests::app::{App, Pair};
use jwt_tests::clock::START;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{token_reused, token_revoked};
use jwt_tests::tokens::claims;
use serde_json::json;

const GRACE: Duration = Duration::from_secs(10);
const SECOND: Duration = Duration::from_secs(1);

fn graceful(builder: JwtAuthBuilder) -> JwtAuthBuilder {
    builder.secret(SECRET).store(MemoryStore::new()).rotation_grace(GRACE)
}

fn jti(token: &str) -> String {
    claims(token)["jti"].as_str().expect("text").to_owned()
}

/// The session has ended: none of its tokens does anything.
async fn assert_over(app: &App, pairs: &[&Pair]) {
    for pair in pairs {
        token_revoked().assert(&app.get("/access", &pair.access).await);
        token_revoked().assert(&app.post("/refresh", &pair.refresh).await);
    }
}

/// Both stay logged in, with one refresh token between them.
#[tokio::test]
async fn two_tabs_get_one_refresh_token() {
    let app = App::with(graceful).await;
    let login = app.login_as(&json!({ "sub": "alice", "theme": "dark" })).await;
    app.clock.advance(60 * SECOND);
    let first = app.rotate(&login.refresh).await;
    app.clock.advance(GRACE - SECOND);
    let second = app.rotate(&login.refresh).await;

    // Signed again with the same claims: the same token to the letter, as HMAC has it.
    assert_eq!(claims(&first.refresh), claims(&second.refresh));
    assert_eq!(claims(&first.refresh)["iat"], START + 60);
    assert_eq!(claims(&first.refresh)["exp"], START + 60 + 2_592_000);
    // Each has an access token of its own, which is new.
    assert_ne!(jti(&first.access), jti(&second.access));
    assert_eq!(claims(&second.access)["iat"], START + 69);
    assert_eq!(claims(&second.access)["exp"], START + 69 + 900);
    assert_eq!(claims(&second.access)["fresh"], claims(&first.access)["fresh"]);
    for pair in [&login, &first, &second] {
        app.get("/access", &pair.access).await.assert_status(200);
    }
    // There is one chain: the one goes on, and the other goes on with it.
    let third = app.rotate(&second.refresh).await;
    let fourth = app.rotate(&first.refresh).await;
    assert_eq!(jti(&third.refresh), jti(&fourth.refresh));
    app.get("/access", &fourth.access).await.assert_status(200);
}

#[tokio::test]
async fn retry_after_the_grace_is_a_reuse() {
    for late in [GRACE, GRACE + SECOND, 600 * SECOND] {
        let app = App::with(graceful).await;
        let login = app.login("alice").await;
        let next = app.rotate(&login.refresh).await;
        app.clock.advance(late);
        token_reused().assert(&app.post("/refresh", &login.refresh).await);
        assert_over(&app, &[&next, &login]).await;
    }
}

/// An hour back is no hour more for whoever has the predecessor.
#[tokio::test]
async fn clock_that_is_set_back_makes_it_no_longer() {
    for (back, rows) in
        [(GRACE - SECOND, [200, 200]), (GRACE, [401; 2]), (3_600 * SECOND, [401; 2])]
    {
        for (method, row) in ["GET", "POST"].into_iter().zip(rows) {
            let app = App::with(|builder| graceful(builder).leeway(60 * SECOND)).await;
            // The token is of a time before the clock was wrong.
            let login = app.login("alice").await;
            app.clock.advance(2 * 3_600 * SECOND);
            app.rotate(&login.refresh).await;
            app.clock.set(NumericDate::from_secs(START + 2 * 3_600 - back.as_secs()));
            let reply = app.call(method, "/refresh").bearer(&login.refresh).send().await;
            reply.assert_status(row);
        }
    }
}

/// Where a route asks for a refresh token and does not trade it, the guard is the judge.
#[tokio::test]
async fn guard_keeps_to_the_grace() {
    let app = App::with(graceful).await;
    let login = app.login("alice").await;
    let next = app.rotate(&login.refresh).await;
    app.clock.advance(GRACE - SECOND);
    app.get("/refresh", &login.refresh).await.assert_status(200);
    app.get("/refresh", &next.refresh).await.assert_status(200);
    app.clock.advance(SECOND);
    token_reused().assert(&app.get("/refresh", &login.refresh).await);
    assert_over(&app, &[&next]).await;
}

/// django-oauth-toolkit#1617: an ancestor of any age was good within the grace.
#[tokio::test]
async fn only_the_predecessor_has_a_grace() {
    let app = App::with(graceful).await;
    let login = app.login("alice").await;
    let first = app.rotate(&login.refresh).await;
    let second = app.rotate(&first.refresh).await;
    token_reused().assert(&app.post("/refresh", &login.refresh).await);
    assert_over(&app, &[&second, &first, &login]).await;
}

/// A client that lost its answer goes on; so does one that lost it twice.
#[tokio::test]
async fn lost_answer_can_be_asked_for_again() {
    let app = App::with(graceful).await;
    let mut pair = app.login("alice").await;
    for _ in 0..5 {
        let lost = app.rotate(&pair.refresh).await;
        let again = app.rotate(&pair.refresh).await;
        assert_eq!(jti(&lost.refresh), jti(&again.refresh));
        app.clock.advance(60 * SECOND);
        pair = again;
    }
    app.get("/access", &pair.access).await.assert_status(200);
}

#[tokio::test]
async fn nothing_is_repeated_after_a_logout() {
    for path in ["/logout", "/logout-all"] {
        let app = App::with(graceful).await;
        let login = app.login("alice").await;
        let next = app.rotate(&login.refresh).await;
        app.post(path, &next.access).await.assert_status(204);
        assert_over(&app, &[&login, &next]).await;
    }
}

/// Without the setting there is no grace, not even within the same second.
#[tokio::test]
async fn there_is_none_by_default() {
    let app = App::new().await;
    let login = app.login("alice").await;
    let next = app.rotate(&login.refresh).await;
    token_reused().assert(&app.post("/refresh", &login.refresh).await);
    assert_over(&app, &[&next]).await;
}

/// Dates are whole seconds, so there is no shorter grace than one.
#[tokio::test]
async fn fractions_of_a_second_do_not_count() {
    let most = Duration::from_millis(999);
    let app = App::with(|builder| graceful(builder).rotation_grace(most)).await;
    let login = app.login("alice").await;
    app.rotate(&login.refresh).await;
    token_reused().assert(&app.post("/refresh", &login.refresh).await);
}

/// A node that was configured without a grace takes no part in another's.
#[tokio::test]
async fn grace_that_was_switched_off_is_over_at_once() {
    let store = MemoryStore::new();
    let before = App::with(|builder| graceful(builder).store(store.clone())).await;
    let after = App::with(|builder| builder.secret(SECRET).store(store.clone())).await;
    let login = before.login("alice").await;
    let next = before.rotate(&login.refresh).await;
    token_reused().assert(&after.post("/refresh", &login.refresh).await);
    assert_over(&before, &[&next]).await;
}

/// 200 at once: one successor for all, and the session lives.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tabs_at_once_get_one_refresh_token() {
    let app = std::sync::Arc::new(App::with(graceful).await);
    let login = app.login("alice").await;
    let refreshes: Vec<_> = (0..200)
        .map(|_| {
            let (app, refresh) = (app.clone(), login.refresh.clone());
            tokio::spawn(async move { app.rotate(&refresh).await })
        })
        .collect();
    let mut successors = std::collections::HashSet::new();
    for refresh in refreshes {
        let pair = refresh.await.expect("an answer of 200");
        app.get("/access", &pair.access).await.assert_status(200);
        successors.insert(pair.refresh);
    }
    assert_eq!(successors.len(), 1);
    app.rotate(successors.iter().next().expect("one")).await;
}
