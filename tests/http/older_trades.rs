//! An older refresh token is traded once: who comes twice, hangs up or logs out meanwhile, and what fits.

use std::time::Duration;

use jwt_runtime::{
    AuthError, CookieOptions, MemoryStore, RefreshToken, RenewalOptions, SessionLimit,
    TokenLocation,
};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::clock::START;
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::keys::SECRET;
use jwt_tests::older::{
    AllClaims, DAY, accepting, access, app_with, flask, refresh, signed, user, with,
};
use jwt_tests::refusal::{token_invalid, token_reused, token_revoked};
use jwt_tests::reuses;
use jwt_tests::scripted::Scripted;
use jwt_tests::tokens::claims;
use serde_json::json;

/// A session limit refuses the session, and takes the token all the same.
#[tokio::test]
async fn a_trade_that_a_limit_refuses_does_not_use_the_token_up() {
    let app = App::with(|builder| {
        accepting(builder, MemoryStore::new()).session_limit(SessionLimit::Refuse(1))
    })
    .await;
    let phone = app.login("alice").await;
    let token = signed(&flask("refresh", "1"));
    let refused = app.post("/refresh", &token).await;
    assert!(refused.status != 200, "{refused:?}");
    app.post("/logout", &phone.access).await.assert_status(204);
    let reply = app.post("/refresh", &token).await;
    assert_eq!(reply.status, 200, "first {}: {}, then {reply:?}", refused.status, refused.body);
}

/// Whoever is told of it first, somebody is, and once.
#[tokio::test]
async fn of_two_who_trade_at_once_the_alarm_rings() {
    // Where the first waits for the second, and where the second for the first.
    for (first_waits, second_waits) in [
        (("open_session", 0), None),
        (("open_session", 1), None),
        (("open_session", 0), Some("sessions")),
        (("open_session", 1), Some("sessions")),
        (("standing", 0), None),
    ] {
        let (tell, mut reuses) = reuses::listener();
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()).on_reuse(tell));
        let token = refresh(&auth, &signed(&flask("refresh", "1"))).await;
        let trade = |token: &RefreshToken<AllClaims>| {
            let (auth, token) = (auth.clone(), token.clone());
            tokio::spawn(async move { auth.rotate(token).await })
        };
        let (method, nth) = first_waits;
        let of_first = store.hold(method, true, nth);
        let first = trade(&token);
        of_first.is_reached().await;
        store.stop();
        let of_second = second_waits.map(|method| store.hold(method, true, 0));
        let second = trade(&token);
        let name = format!("{first_waits:?}, {second_waits:?}");
        let answers = if let Some(of_second) = of_second {
            of_second.is_reached().await;
            store.stop();
            of_first.let_go();
            let first = first.await.expect("no panic");
            of_second.let_go();
            [first, second.await.expect("no panic")]
        } else {
            let second = second.await.expect("no panic");
            of_first.let_go();
            [first.await.expect("no panic"), second]
        };
        let pairs = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!(pairs <= 1, "{name}: {answers:?}");
        assert!(auth.sessions("alice").await.expect("a store").is_empty(), "{name}: {answers:?}");
        assert!(reuses.try_recv().is_ok(), "{name}: nobody hears of it");
        assert!(reuses.try_recv().is_err(), "{name}: it is told twice");
        let reused = answers.iter().filter(|answer| matches!(answer, Err(AuthError::TokenReused)));
        assert_eq!(reused.count(), 1, "{name}: {answers:?}");
    }
}

/// What is added on the way would make it longer than a token can be.
#[tokio::test]
async fn a_token_that_is_too_long_to_go_on_is_refused() {
    let app = app_with(MemoryStore::new()).await;
    for (kind, path) in [("refresh", "/refresh"), ("access", "/reauthenticate")] {
        let long = |length: usize| {
            let padding = "x".repeat(length);
            signed(&with(flask(kind, "1"), "name", padding))
        };
        // The longest that is read.
        let length = (1..8192).rev().find(|length| long(*length).len() <= 8192).expect("one");
        let token = long(length);
        let read = if kind == "refresh" { "/refresh" } else { "/access" };
        app.get(read, &token).await.assert_status(200);
        token_invalid().assert(&app.post(path, &token).await);
        // And one that leaves room.
        app.post(path, &long(length - 400)).await.assert_status(200);
    }
}

/// A browser would drop a cookie that is too long, and bring the token again that is used up.
#[tokio::test]
async fn a_token_in_a_cookie_is_traded_for_what_fits_one() {
    let (long, short, brief) = ("long".repeat(75), "short", "brief");
    for (access_name, refresh_name, traded, reauthenticated) in
        [(short, brief, 200, 200), (&long, short, 401, 401), (short, &long, 401, 200)]
    {
        let names = format!("{access_name} {refresh_name}");
        let options = CookieOptions::new().access_name(access_name).refresh_name(refresh_name);
        let (auth, clock) = authority(|builder| {
            accepting(builder, MemoryStore::new())
                .locations([TokenLocation::Header, TokenLocation::Cookie])
                .cookies(options.refresh_path("/"))
        });
        let router = jwt_tests::routes::all().with_state(auth.clone()).layer(auth.layer());
        let app = App::serve(auth, clock, router).await;
        for (kind, cookie, path, expected) in [
            ("refresh", refresh_name, "/refresh", traded),
            ("access", access_name, "/reauthenticate", reauthenticated),
        ] {
            let token = (1..).map(|length| with(flask(kind, "1"), "name", "x".repeat(length)));
            let token = token.map(|payload| signed(&payload)).find(|token| token.len() >= 3700);
            let token = token.expect("one");
            let draft = Draft::post().header("Origin", OWN_ORIGIN).cookie(cookie, &token);
            let draft = draft.header("X-CSRF-Token", "0f9bd6c4-9a0e-4a43-8f4e-4c7f2e4f2f0a");
            let reply = draft.send(&app, path).await.expect("an answer");
            assert_eq!(reply.status, expected, "{names}, {path}: {reply:?}");
            if expected == 401 {
                token_invalid().assert(&reply);
                // It is as good as it was, where it need not fit.
                app.post(path, &token).await.assert_status(200);
            }
        }
    }
}

/// A sibling that does not accept older tokens ends every session in the middle of a trade: the record
/// that the token was used is a session too.
#[tokio::test]
async fn a_sibling_that_logs_everybody_out_in_between_gives_no_second_pair() {
    let store = Scripted::default();
    let (auth, _) = authority(|builder| accepting(builder, store.clone()));
    let (sibling, _) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let token = refresh(&auth, &signed(&flask("refresh", "1"))).await;
    // Trade A stops after its first step, trade B before its last.
    let trade = |token: RefreshToken<AllClaims>| {
        let auth = auth.clone();
        tokio::spawn(async move { auth.rotate(token).await })
    };
    let used_up = store.hold("open_session", true, 0);
    let a = trade(token.clone());
    used_up.is_reached().await;
    sibling.logout_everyone().await.expect("a store");
    let marks = store.hold("revoke_token", false, 0);
    let b = trade(token);
    marks.is_reached().await;
    used_up.let_go();
    let a = a.await.expect("no panic");
    marks.let_go();
    let b = b.await.expect("no panic");
    store.stop();
    let mut living = 0;
    for pair in [a, b].into_iter().flatten() {
        living += usize::from(access(&auth, pair.access_token().as_str()).await.is_ok());
    }
    assert!(living <= 1, "{living} sessions for one token");
}

/// The record that the first has used the token up is gone; who finds that the token was used by
/// somebody else meanwhile tells of it.
#[tokio::test]
async fn a_logout_in_between_does_not_hide_that_a_token_was_used_twice() {
    for has_sibling in [false, true] {
        let (tell, mut reuses) = reuses::listener();
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()).on_reuse(tell));
        let (sibling, _) = authority(|builder| builder.secret(SECRET).store(store.clone()));
        let token = refresh(&auth, &signed(&flask("refresh", "1"))).await;
        let opened = store.hold("open_session", true, 1);
        let first = {
            let (auth, token) = (auth.clone(), token.clone());
            tokio::spawn(async move { auth.rotate(token).await })
        };
        opened.is_reached().await;
        if has_sibling {
            store.stop();
            sibling.logout_everyone().await.expect("a store");
        } else {
            // Sessions end, and there is no room to remember older tokens.
            store.fail("revoke_token", false);
            auth.logout_everyone().await.expect_err("an outage");
            store.stop();
        }
        let second = auth.rotate(token).await.expect("a pair");
        opened.let_go();
        let first = first.await.expect("no panic").expect_err("two came with one token");
        assert_eq!(first, AuthError::TokenReused, "sibling: {has_sibling}");
        let second = access(&auth, second.access_token().as_str()).await;
        assert!(second.is_err(), "sibling: {has_sibling}: the other goes on");
        assert!(reuses.try_recv().is_ok(), "sibling: {has_sibling}: nobody hears of it");
        assert!(reuses.try_recv().is_err(), "sibling: {has_sibling}: it is told twice");
    }
}

/// An access and a refresh token of one `jti`, as some make them by hand: the access token is no reuse
/// of the refresh token.
#[tokio::test]
async fn an_access_token_is_no_reuse_of_a_refresh_token() {
    let app = app_with(MemoryStore::new()).await;
    let pair = app.rotate(&signed(&flask("refresh", "1"))).await;
    app.get("/access", &signed(&flask("access", "1"))).await;
    app.get("/access", &pair.access).await.assert_status(200);
}

/// A page that is loaded with the old cookie while it is traded: nothing can be bought with it, and
/// a grace is configured.
#[tokio::test]
async fn a_page_with_the_old_cookie_does_not_log_out() {
    let (tell, mut reuses) = reuses::listener();
    let (auth, clock) = authority(|builder| {
        accepting(builder, MemoryStore::new())
            .locations([TokenLocation::Header, TokenLocation::Cookie])
            .cookies(CookieOptions::new().refresh_path("/"))
            .rotation_grace(Duration::from_secs(10))
            .renewal(RenewalOptions::new().from_refresh_cookie())
            .on_reuse(tell)
    });
    let router = jwt_tests::routes::all().with_state(auth.clone()).layer(auth.layer());
    let app = App::serve(auth, clock, router).await;
    let old = signed(&flask("refresh", "1"));
    let pair = app.rotate(&old).await;
    let page = Draft::get().cookie("__Host-refresh_token", &old);
    let reply = page.send(&app, "/access").await.expect("an answer");
    let after = app.get("/access", &pair.access).await;
    assert_eq!(after.status, 200, "page {}, alarm {:?}", reply.status, reuses.try_recv().is_ok());
}

#[tokio::test]
async fn a_limit_does_not_hide_that_an_older_token_was_used_twice() {
    for limit in [SessionLimit::EndOldest(1), SessionLimit::Refuse(1)] {
        let (tell, mut reuses) = reuses::listener();
        let (auth, _) = authority(|builder| {
            accepting(builder, MemoryStore::new()).session_limit(limit).on_reuse(tell)
        });
        let first = refresh(&auth, &signed(&flask("refresh", "1"))).await;
        let second = first.clone();
        let _ = auth.rotate(first).await.expect("a pair");
        let refusal = auth.rotate(second).await.expect_err("a reuse");
        assert_eq!(refusal, AuthError::TokenReused, "{limit:?}");
        assert!(reuses.try_recv().is_ok(), "{limit:?}: nobody was told");
        assert_eq!(auth.sessions("alice").await.expect("a store").len(), 0, "{limit:?}");
    }
}

#[tokio::test]
async fn a_thief_who_hangs_up_does_not_silence_the_alarm() {
    let (tell, mut reuses) = reuses::listener();
    let store = Scripted::default();
    let (auth, _) = authority(|builder| accepting(builder, store.clone()).on_reuse(tell));
    let old = signed(&flask("refresh", "1"));
    let token = refresh(&auth, &old).await;
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

/// A thief trades the token first and keeps the others out. Then its owner comes with it.
#[tokio::test]
async fn logging_other_devices_out_does_not_silence_the_alarm() {
    for logs_out in [false, true] {
        let (tell, mut reuses) = reuses::listener();
        let app = App::with(|builder| accepting(builder, MemoryStore::new()).on_reuse(tell));
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

#[tokio::test]
async fn a_client_that_hangs_up_during_a_trade_leaves_no_session() {
    for step in [0, 1] {
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()));
        let token = refresh(&auth, &signed(&flask("refresh", "1"))).await;
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

#[tokio::test]
async fn a_trade_that_fails_ends_no_other_session() {
    let (auth, clock) = authority(|builder| {
        accepting(builder, MemoryStore::new()).session_limit(SessionLimit::EndOldest(2))
    });
    let laptop = auth.login(&user("alice")).await.expect("a pair");
    clock.advance(Duration::from_secs(1));
    let first = refresh(&auth, &signed(&flask("refresh", "1"))).await;
    let second = first.clone();
    let _ = auth.rotate(first).await.expect("a pair");
    clock.advance(Duration::from_secs(1));
    auth.rotate(second).await.expect_err("a reuse");
    let outcome = auth.verify_access::<AllClaims>(laptop.access_token().as_str()).await;
    outcome.expect("the laptop has nothing to do with it");
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
    let app = app_with(MemoryStore::new()).await;
    let roles: Vec<String> = (0..200).map(|n| format!("role-number-{n}")).collect();
    let old = json!({ "identity": "alice", "jti": "1", "type": "refresh", "exp": START + DAY,
        "iat": START, "user_claims": { "groups": roles } });
    let old = signed(&old);
    assert!(old.len() < 8192, "{}", old.len());
    app.get("/refresh", &old).await.assert_status(200);
    let reply = app.post("/refresh", &old).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}
