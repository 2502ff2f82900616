//! Attacks on what is remembered of older tokens, and by them: replays, races, hang-ups.

use std::time::Duration;

use jwt_runtime::{
    AuthError, Ended, IssueOptions, JwtAuth, MemoryStore, NoClaims, OlderTokens, RefreshToken,
    RenewalOptions, ReuseEvent, SessionLimit, Token,
};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::clock::START;
use jwt_tests::keys::SECRET;
use jwt_tests::older::{DAY, accepting, app_with, flask, flask_at, signed, with};
use jwt_tests::refusal::{claim_invalid, token_reused, token_revoked};
use jwt_tests::scripted::Scripted;
use jwt_tests::tokens::claims;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use crate::odd_requests::browser;

type AllClaims = Map<String, Value>;

async fn app() -> App {
    app_with(MemoryStore::new()).await
}

async fn verified(auth: &JwtAuth, compact: &str) -> RefreshToken<AllClaims> {
    auth.verify_refresh(compact).await.expect("a good one")
}

fn user(subject: &str) -> AllClaims {
    Map::from_iter([("sub".to_owned(), json!(subject))])
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
        app.auth.logout(&verified(&app.auth, &revoked).await).await.expect("a store");
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

/// A thief trades the token first and keeps the others out. Then its owner comes with it.
#[tokio::test]
async fn logging_other_devices_out_does_not_silence_the_alarm() {
    for logs_out in [false, true] {
        let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
        let app = App::with(|builder| {
            accepting(builder, MemoryStore::new())
                .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
        });
        let app = app.await;
        let stolen = signed(&flask("refresh", "stolen"));
        let thief = app.rotate(&stolen).await;
        if logs_out {
            app.post("/logout-others", &thief.access).await.assert_status(204);
        }
        token_reused().assert(&app.post("/refresh", &stolen).await);
        token_revoked().assert(&app.get("/access", &thief.access).await);
        assert!(reuses.try_recv().is_ok(), "logs out: {logs_out}: nobody hears of it");
        assert!(reuses.try_recv().is_err(), "logs out: {logs_out}: it is told twice");
    }
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
    let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
    let store = Scripted::default();
    let (auth, _) = authority(|builder| {
        accepting(builder, store.clone())
            .watch_interval(Duration::from_millis(10))
            .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
    });
    let old = verified(&auth, &signed(&flask("refresh", "1"))).await;
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
async fn a_thief_who_hangs_up_does_not_silence_the_alarm() {
    let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
    let store = Scripted::default();
    let (auth, _) = authority(|builder| {
        accepting(builder, store.clone())
            .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
    });
    let old = signed(&flask("refresh", "1"));
    let token = verified(&auth, &old).await;
    let _ = auth.rotate(token).await.expect("a pair");
    let ended = store.hold("end_session", true, 0);
    tokio::select! {
        biased;
        _ = auth.verify_refresh::<AllClaims>(&old) => panic!("it waits for the store"),
        () = ended.is_reached() => {}
    }
    ended.let_go();
    let told = tokio::time::timeout(Duration::from_secs(20), reuses.recv()).await;
    told.expect("it rings without them").expect("the authority is there");
}

#[tokio::test]
async fn the_logout_of_a_token_that_was_traded_is_no_theft() {
    let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
    let (auth, _) = authority(|builder| {
        accepting(builder, MemoryStore::new())
            .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
    });
    let old = verified(&auth, &signed(&flask("refresh", "1"))).await;
    let again = old.clone();
    let _ = auth.rotate(old).await.expect("a pair");
    auth.logout(&again).await.expect("a store");
    assert!(reuses.try_recv().is_err());
}

#[tokio::test]
async fn a_limit_does_not_hide_that_an_older_token_was_used_twice() {
    for limit in [SessionLimit::EndOldest(1), SessionLimit::Refuse(1)] {
        let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
        let (auth, _) = authority(|builder| {
            accepting(builder, MemoryStore::new())
                .session_limit(limit)
                .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
        });
        let first = verified(&auth, &signed(&flask("refresh", "1"))).await;
        let second = first.clone();
        let _ = auth.rotate(first).await.expect("a pair");
        let refusal = auth.rotate(second).await.expect_err("a reuse");
        assert_eq!(refusal, AuthError::TokenReused, "{limit:?}");
        assert!(reuses.try_recv().is_ok(), "{limit:?}: nobody was told");
        assert_eq!(auth.sessions("alice").await.expect("a store").len(), 0, "{limit:?}");
    }
}

#[tokio::test]
async fn a_trade_that_fails_ends_no_other_session() {
    let (auth, clock) = authority(|builder| {
        accepting(builder, MemoryStore::new()).session_limit(SessionLimit::EndOldest(2))
    });
    let laptop = auth.login(&user("alice")).await.expect("a pair");
    clock.advance(Duration::from_secs(1));
    let first = verified(&auth, &signed(&flask("refresh", "1"))).await;
    let second = first.clone();
    let _ = auth.rotate(first).await.expect("a pair");
    clock.advance(Duration::from_secs(1));
    auth.rotate(second).await.expect_err("a reuse");
    let outcome = auth.verify_access::<AllClaims>(laptop.access_token().as_str()).await;
    outcome.expect("the laptop has nothing to do with it");
}

#[tokio::test]
async fn a_client_that_hangs_up_during_a_trade_leaves_no_session() {
    for step in [0, 1] {
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()));
        let token = verified(&auth, &signed(&flask("refresh", "1"))).await;
        let opened = store.hold("open_session", true, step);
        tokio::select! {
            biased;
            _ = auth.rotate(token.clone()) => panic!("it waits for the store"),
            () = opened.is_reached() => {}
        }
        // Of several who come meanwhile, nobody gets another.
        store.stop();
        for _ in 0..3 {
            auth.rotate(token.clone()).await.expect_err("it is used up");
        }
        opened.let_go();
        let mut left = 1;
        for _ in 0..1000 {
            tokio::task::yield_now().await;
            left = auth.sessions("alice").await.expect("a store").len();
        }
        assert_eq!(left, 0, "step {step}: no pair is there for it");
    }
}

// What a trade makes.

/// RFC 9700, O3: a refresh buys no more than there was; `rotate` keeps `aud`.
#[tokio::test]
async fn a_trade_does_not_widen_the_audience() {
    let app =
        App::with(|builder| accepting(builder, MemoryStore::new()).audience(["orders", "billing"]))
            .await;
    let old = signed(&with(flask("refresh", "1"), "aud", "orders"));
    let pair = Pair::read(&app.post("/refresh", &old).await.assert_status(200));
    assert_eq!(claims(&pair.access)["aud"], "orders");
}

/// What was nested is not written twice.
#[tokio::test]
async fn nested_claims_that_fit_once_can_be_traded() {
    let app = app().await;
    let roles: Vec<String> = (0..200).map(|n| format!("role-number-{n}")).collect();
    let old = json!({ "identity": "alice", "jti": "1", "type": "refresh", "exp": START + DAY,
        "iat": START, "user_claims": { "groups": roles } });
    let old = signed(&old);
    assert!(old.len() < 8192, "{}", old.len());
    app.get("/refresh", &old).await.assert_status(200);
    let reply = app.post("/refresh", &old).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

/// Somebody with an older access token proves who they are again.
#[tokio::test]
async fn reauthentication_with_an_older_token_says_why_not() {
    let app = app().await;
    let reply = app.post("/reauthenticate", &signed(&flask("access", "1"))).await;
    assert_eq!(reply.status, 200, "{reply:?}");
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
    let token = verified(&app.auth, &signed(&flask("refresh", "1"))).await;
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
