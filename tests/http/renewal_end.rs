//! How far renewals can go: no further than the session that they are for.

use std::time::Duration;

use axum::Router;
use jwt_runtime::{JwtAuthBuilder, MemoryStore, RenewalOptions};
use jwt_tests::app::authority;
use jwt_tests::clock::START;
use jwt_tests::cookies::{ACCESS_COOKIE, Jar, SetCookie};
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::logs::Logs;
use jwt_tests::refusal::token_expired;
use jwt_tests::tokens::claims;
use serde_json::json;

use crate::visit::{Visit, alice, assert_no_cookies, trading};

#[tokio::test]
async fn without_a_store_a_renewal_ends_with_the_login() {
    for (session_lifetime, end) in [(Some(3600), 3600), (None, 7200)] {
        let mut visit = Visit::at(Router::new(), |builder| {
            let builder =
                builder.renewal(RenewalOptions::new()).refresh_lifetime(Duration::from_secs(7200));
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

/// The store has recorded a later end, and it is the earlier one that holds.
#[tokio::test]
async fn end_that_was_configured_after_the_login_holds() {
    let hour = Duration::from_secs(3600);
    for what in ["session", "idle"] {
        let configure = |builder: JwtAuthBuilder| match what {
            "session" => builder.session_lifetime(hour),
            _ => builder.idle_timeout(hour),
        };
        let store = MemoryStore::new();
        let (before, _) = authority(|builder| builder.secret(SECRET).store(store.clone()));
        let pair = before.login(&alice()).await.expect("a login");
        let mut visit = Visit::at(Router::new(), |builder| {
            configure(builder.store(store).renewal(RenewalOptions::new()))
        })
        .await;
        visit.jar = Jar::default();
        let first = Draft::get().cookie(ACCESS_COOKIE, pair.access_token().as_str());
        visit.pass(880);
        visit.send(first, "/me").await.assert_status(200);
        for _ in 0..9 {
            visit.pass(300);
            visit.get("/me").await.assert_status(200);
        }
        assert_eq!(claims(&visit.access())["exp"], json!(START + 3600), "{what}");
        visit.pass(20);
        token_expired().assert(&visit.get("/me").await);
    }
}

/// Another device of theirs was used later, and another one earlier.
#[tokio::test]
async fn renewal_ends_with_its_own_session() {
    let mut visit = Visit::at(Router::new(), |builder| {
        let builder = trading(builder).refresh_lifetime(Duration::from_secs(3600));
        builder.renewal(RenewalOptions::new())
    })
    .await;
    visit.pass(300);
    let mut own = None;
    for _ in 0..3 {
        visit.jar = Jar::default();
        visit.get("/login").await.assert_status(204);
        own.get_or_insert_with(|| visit.jar.clone());
        visit.pass(100);
    }
    visit.jar = own.expect("the first of the three");
    let first = claims(&visit.access());
    for _ in 0..15 {
        visit.pass(200);
        visit.get("/me").await.assert_status(200);
    }
    let last = claims(&visit.access());
    assert_eq!(last["sid"], first["sid"]);
    assert_eq!(last["exp"], json!(START + 300 + 3600));
}

/// Within the leeway a guard lets in who is late, and there is nothing that could be renewed.
#[tokio::test]
async fn renewal_beyond_the_end_is_nothing_to_tell() {
    for has_store in [false, true] {
        let logs = Logs::default();
        let _capture = logs.capture();
        let mut visit = Visit::at(Router::new(), |builder| {
            let lifetime = Duration::from_secs(900);
            let builder = builder.leeway(Duration::from_secs(30)).refresh_lifetime(lifetime);
            let builder = builder.renewal(RenewalOptions::new());
            if has_store { builder.store(MemoryStore::new()) } else { builder }
        })
        .await;
        for seconds in [899, 1, 5] {
            visit.pass(seconds);
            assert_no_cookies(&visit.get("/me").await.assert_status(200));
        }
        assert!(!logs.text().contains("ERROR"), "{}", logs.text());
    }
}

/// A client that keeps its old cookie is given one at each request, and not a longer session.
#[tokio::test]
async fn client_that_keeps_its_cookie_gains_nothing() {
    let visit = Visit::at(Router::new(), |builder| {
        builder.store(MemoryStore::new()).renewal(RenewalOptions::new())
    })
    .await;
    visit.pass(890);
    for _ in 0..3 {
        let draft = visit.jar.fill(Draft::get(), "/me");
        let reply = draft.send(&visit.app, "/me").await.expect("an answer").assert_status(200);
        assert_eq!(SetCookie::all(&reply).len(), 2, "{reply:?}");
    }
    visit.pass(10);
    let draft = visit.jar.fill(Draft::get(), "/me");
    token_expired().assert(&draft.send(&visit.app, "/me").await.expect("an answer"));
}
