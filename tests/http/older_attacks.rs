//! Attacks on what is remembered of older tokens, and by them: names, clocks, siblings.

use std::time::Duration;

use jwt_runtime::{
    AuthError, Ended, IssueOptions, MemoryStore, NoClaims, OlderTokens, RenewalOptions, Token,
};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::clock::START;
use jwt_tests::keys::SECRET;
use jwt_tests::older::{
    AllClaims, DAY, accepting, app_with, flask, flask_at, refresh, signed, user, with,
};
use jwt_tests::refusal::{claim_invalid, token_revoked};
use jwt_tests::reuses;
use jwt_tests::scripted::Scripted;
use jwt_tests::tokens::claims;

use crate::odd_requests::browser;

async fn app() -> App {
    app_with(MemoryStore::new()).await
}

/// What was revoked stays so, whatever the store does in between.
#[tokio::test]
async fn a_logout_of_everybody_that_fails_halfway_revives_nothing() {
    let store = Scripted::default();
    let app = app_with(store.clone()).await;
    let revoked = signed(&flask("access", "revoked"));
    app.post("/logout", &revoked).await.assert_status(204);
    let used = signed(&flask("refresh", "used"));
    app.rotate(&used).await;
    token_revoked().assert(&app.get("/access", &revoked).await);
    store.fail("end_every_session", false);
    app.auth.logout_everyone().await.expect_err("the store has gone");
    store.stop();
    token_revoked().assert(&app.get("/access", &revoked).await);
    let again = app.post("/refresh", &used).await;
    assert_eq!(again.status, 401, "a used token bought a session: {again:?}");
}

/// Between the steps of the logout, nobody buys a session that stays.
#[tokio::test]
async fn no_trade_outruns_a_logout_of_everybody() {
    // Once when sessions have ended, and once when older tokens are revoked as well.
    for step in [0, 1] {
        let store = Scripted::default();
        let app = app_with(store.clone()).await;
        let old = signed(&flask("refresh", "1"));
        let revoked = signed(&flask("refresh", "2"));
        app.auth.logout(&refresh(&app.auth, &revoked).await).await.expect("a store");
        let ended = store.hold("end_every_session", true, step);
        let everyone = tokio::spawn({
            let auth = app.auth.clone();
            async move { auth.logout_everyone().await }
        });
        ended.is_reached().await;
        token_revoked().assert(&app.post("/refresh", &revoked).await);
        let reply = app.post("/refresh", &old).await;
        ended.let_go();
        everyone.await.expect("no panic").expect("a store");
        assert_eq!(reply.status, [200, 401][step], "{reply:?}");
        if reply.status == 200 {
            let pair = Pair::read(&reply);
            token_revoked().assert(&app.get("/access", &pair.access).await);
        }
        token_revoked().assert(&app.get("/refresh", &old).await);
    }
}

#[tokio::test]
async fn the_second_logout_of_a_subject_lasts_as_long_as_the_first() {
    let app = app().await;
    app.auth.logout_all("alice").await.expect("a store");
    app.clock.advance(Duration::from_secs(20 * DAY));
    let alice = signed(&flask_at(START + 20 * DAY, "refresh", "1", 30 * DAY));
    app.auth.logout_all("alice").await.expect("a store");
    token_revoked().assert(&app.get("/refresh", &alice).await);
    app.clock.advance(Duration::from_secs(11 * DAY));
    token_revoked().assert(&app.get("/refresh", &alice).await);
}

#[tokio::test]
async fn the_second_logout_of_everybody_lasts_as_long_as_the_first() {
    let store = Scripted::default();
    let app = app_with(store.clone()).await;
    // What `end_every_session` leaves of it is nothing, so this one holds.
    app.auth.logout_everyone().await.expect("a store");
    app.clock.advance(Duration::from_secs(20 * DAY));
    let token = signed(&flask_at(START + 20 * DAY, "refresh", "1", 30 * DAY));
    app.auth.logout_everyone().await.expect("a store");
    app.clock.advance(Duration::from_secs(11 * DAY));
    token_revoked().assert(&app.get("/refresh", &token).await);
}

/// A token that was made for longer is not good when less of it is left.
#[tokio::test]
async fn a_token_that_is_too_long_does_not_ripen() {
    let app = app().await;
    let long = signed(&flask_at(START, "refresh", "1", 90 * DAY));
    claim_invalid("exp").assert(&app.get("/refresh", &long).await);
    app.auth.logout_all("alice").await.expect("a store");
    app.clock.advance(Duration::from_secs(61 * DAY));
    let reply = app.get("/refresh", &long).await;
    assert_eq!(reply.status, 401, "{reply:?}");
}

/// The clock of who has issued a token may be ahead, and its end is late by the leeway.
#[tokio::test]
async fn the_logout_of_a_subject_outlasts_the_leeway() {
    let app = App::with(|builder| {
        accepting(builder, MemoryStore::new()).leeway(Duration::from_secs(300))
    })
    .await;
    let token = signed(&flask_at(START + 300, "refresh", "1", 30 * DAY));
    app.get("/refresh", &token).await.assert_status(200);
    app.auth.logout_all("alice").await.expect("a store");
    token_revoked().assert(&app.get("/refresh", &token).await);
    app.clock.advance(Duration::from_secs(30 * DAY + 599));
    let reply = app.get("/refresh", &token).await;
    assert_eq!(reply.status, 401, "{reply:?}");
}

/// Devices with older tokens are other devices.
#[tokio::test]
async fn logging_other_devices_out_includes_those_with_older_tokens() {
    let app = app().await;
    let stolen = signed(&flask("refresh", "stolen"));
    let own = app.login("alice").await;
    app.post("/logout-others", &own.access).await.assert_status(204);
    let reply = app.post("/refresh", &stolen).await;
    assert_eq!(reply.status, 401, "another device goes on: {reply:?}");
    app.get("/access", &own.access).await.assert_status(200);
}

/// An older service may have let anybody choose any name.
#[tokio::test]
async fn nobody_comes_with_the_name_of_a_record() {
    let app = app().await;
    let revoked = signed(&flask("refresh", "revoked"));
    app.auth.logout_all("alice").await.expect("a store");
    token_revoked().assert(&app.get("/refresh", &revoked).await);
    let mallory = with(flask("access", "m"), "sub", "\0older tokens of alice");
    let reply = app.post("/logout-all", &signed(&mallory)).await;
    let _ = reply;
    token_revoked().assert(&app.get("/refresh", &revoked).await);
}

#[tokio::test]
async fn no_token_of_our_own_has_the_name_of_a_record() {
    let store = MemoryStore::new();
    let app = app_with(store.clone()).await;
    let (sibling, _) = authority(|builder| builder.secret(SECRET).store(store));
    app.auth.logout_everyone().await.expect("a store");
    let revoked = signed(&flask("refresh", "revoked"));
    token_revoked().assert(&app.get("/refresh", &revoked).await);
    let mallory = sibling.issue_access(&user("\0older tokens"), IssueOptions::new()).await;
    if let Ok(mallory) = mallory {
        app.post("/logout-all", mallory.as_str()).await;
    }
    token_revoked().assert(&app.get("/refresh", &revoked).await);
}

/// An id and a subject do not run into each other.
#[tokio::test]
async fn two_tokens_have_two_records() {
    let app = app().await;
    let one = signed(&with(flask("access", "1"), "sub", "2 alice"));
    let other = signed(&flask("access", "1 2"));
    app.post("/logout", &one).await.assert_status(204);
    app.get("/access", &other).await.assert_status(200);
}

#[tokio::test]
async fn the_name_of_a_record_is_no_internal_error() {
    let app = app().await;
    let mallory = with(flask("refresh", "m"), "sub", "\0older x");
    let reply = app.post("/refresh", &signed(&mallory)).await;
    assert_eq!(reply.status, 401, "{reply:?}");
}

/// An authority on the same store that knows nothing of older tokens.
#[tokio::test]
async fn a_sibling_that_logs_everybody_out_revives_nothing() {
    let store = MemoryStore::new();
    let app = app_with(store.clone()).await;
    let (sibling, _) = authority(|builder| builder.secret(SECRET).store(store));
    let revoked = signed(&flask("access", "revoked"));
    app.post("/logout", &revoked).await.assert_status(204);
    token_revoked().assert(&app.get("/access", &revoked).await);
    sibling.logout_everyone().await.expect("a store");
    token_revoked().assert(&app.get("/access", &revoked).await);
}

/// A connection that was opened with a token that has been traded since goes on.
/// `ended()` of an older refresh token asks as a guard does, and takes its rotation for a theft.
#[tokio::test]
async fn watching_an_older_token_does_not_end_what_it_was_traded_for() {
    let (tell, mut reuses) = reuses::listener();
    let store = Scripted::default();
    let (auth, _) = authority(|builder| {
        accepting(builder, store.clone()).watch_interval(Duration::from_millis(10)).on_reuse(tell)
    });
    let old = refresh(&auth, &signed(&flask("refresh", "1"))).await;
    let is_asked = async || {
        let asked = store.hold("standing", true, 0);
        asked.is_reached().await;
        asked.let_go();
    };
    let watch = tokio::spawn(old.ended());
    is_asked().await;
    store.stop();
    let pair = auth.rotate(old).await.expect("a pair");
    // Each look is several questions.
    for _ in 0..20 {
        is_asked().await;
    }
    store.stop();
    let outcome = auth.verify_access::<AllClaims>(pair.access_token().as_str()).await;
    watch.abort();
    assert!(reuses.try_recv().is_err(), "a theft was told of");
    outcome.expect("nobody has logged out");
}

#[tokio::test]
async fn the_logout_of_a_token_that_was_traded_is_no_theft() {
    let (tell, mut reuses) = reuses::listener();
    let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()).on_reuse(tell));
    let old = refresh(&auth, &signed(&flask("refresh", "1"))).await;
    let again = old.clone();
    let _ = auth.rotate(old).await.expect("a pair");
    auth.logout(&again).await.expect("a store");
    assert!(reuses.try_recv().is_err());
}

#[tokio::test]
async fn sessions_in_older_tokens_are_nobodys() {
    let app = app().await;
    let own = app.login("alice").await;
    let sid = claims(&own.access)["sid"].clone();
    let posing = signed(&with(flask("access", "1"), "sid", sid));
    app.post("/logout", &posing).await.assert_status(204);
    app.get("/access", &own.access).await.assert_status(200);
    let as_own = signed(&with(flask("refresh", "2"), "jti", claims(&own.refresh)["jti"].clone()));
    app.post("/refresh", &as_own).await.assert_status(200);
    app.rotate(&own.refresh).await;
}

#[tokio::test]
async fn another_authority_does_not_trade_what_it_does_not_accept() {
    let store = MemoryStore::new();
    let app = app_with(store.clone()).await;
    let (other, _) = authority(|builder| builder.secret(SECRET).store(store));
    let token = refresh(&app.auth, &signed(&flask("refresh", "1"))).await;
    let refusal = other.rotate(token).await.expect_err("a refusal");
    assert!(matches!(refusal, AuthError::TokenInvalid(_)), "{refusal:?}");
}

#[tokio::test]
async fn the_watch_ends_with_a_logout_of_an_older_token() {
    let (auth, _) = authority(|builder| {
        accepting(builder, MemoryStore::new()).watch_interval(Duration::from_millis(10))
    });
    let compact = signed(&flask("access", "1"));
    let token: Token<NoClaims> =
        (*auth.verify_access::<NoClaims>(&compact).await.expect("a good one")).clone();
    let watch = tokio::spawn(token.ended());
    auth.logout(&token).await.expect("a store");
    assert!(matches!(watch.await.expect("no panic"), Ended::Revoked));
}

#[tokio::test]
async fn no_older_token_is_an_internal_error() {
    let app = browser(
        Some(RenewalOptions::new().from_refresh_cookie()),
        OlderTokens::flask_jwt_extended(),
    )
    .await;
    for path in ["/logout", "/revoke", "/logout-all", "/logout-others", "/reauthenticate"] {
        let reply = app.post(path, &signed(&flask("access", path))).await;
        assert!(reply.status < 500, "{path}: {reply:?}");
    }
}
