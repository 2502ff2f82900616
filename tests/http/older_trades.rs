//! What is bought with an older token, when the store fails, others interfere, or it was revoked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jwt_runtime::{
    AccessToken, AuthError, CookieOptions, JwtAuth, MemoryStore, RefreshToken, RenewalOptions,
    ReuseEvent, SessionLimit, StoreError, TokenLocation,
};
use jwt_tests::app::{App, authority};
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::keys::SECRET;
use jwt_tests::older::{accepting, app_with, flask, signed, with};
use jwt_tests::refusal::token_invalid;
use jwt_tests::scripted::Scripted;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

type AllClaims = Map<String, Value>;

fn user(subject: &str) -> AllClaims {
    Map::from_iter([("sub".to_owned(), json!(subject))])
}

async fn access(auth: &JwtAuth, compact: &str) -> Result<AccessToken<AllClaims>, AuthError> {
    auth.verify_access::<AllClaims>(compact).await
}

async fn refresh(auth: &JwtAuth, compact: &str) -> RefreshToken<AllClaims> {
    auth.verify_refresh::<AllClaims>(compact).await.expect("a good one")
}

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

/// 503 says: try again. In a Cluster the token's record and the session are on two shards.
#[tokio::test]
async fn a_trade_that_an_outage_stops_can_be_tried_again() {
    let store = Scripted::default();
    let app = app_with(store.clone()).await;
    let token = signed(&flask("refresh", "1"));
    store.fail_where("open_session", false, |nth| nth == 1);
    app.post("/refresh", &token).await.assert_status(503);
    store.stop();
    let reply = app.post("/refresh", &token).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

/// The shard of the sessions is gone, and so is what would end one; the token's record is on another.
#[tokio::test]
async fn a_trade_is_taken_back_where_the_session_cannot_be() {
    let store = Scripted::default();
    let app = app_with(store.clone()).await;
    let token = signed(&flask("refresh", "1"));
    let calls = Arc::new(AtomicUsize::new(0));
    store.play(move |method, is_after| {
        let nth = match (method, is_after) {
            ("open_session", false) => calls.fetch_add(1, Ordering::SeqCst),
            // The first of them is of the subject.
            ("end_session", false) => calls.fetch_add(1, Ordering::SeqCst),
            _ => 0,
        };
        Box::pin(async move {
            match nth {
                1 | 2 => Err(StoreError::unavailable("gone")),
                _ => Ok(()),
            }
        })
    });
    app.post("/refresh", &token).await.assert_status(503);
    store.stop();
    let reply = app.post("/refresh", &token).await;
    assert_eq!(reply.status, 200, "{reply:?}");
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
        let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
        let store = Scripted::default();
        let (auth, _) = authority(|builder| {
            accepting(builder, store.clone())
                .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
        });
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

/// The last step fails: nobody has the pair, the session is there, and the retry is a theft.
#[tokio::test]
async fn a_trade_that_fails_at_its_end_leaves_no_session_and_is_no_theft() {
    let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
    let store = Scripted::default();
    let (auth, _) = authority(|builder| {
        accepting(builder, store.clone())
            .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
    });
    let token = refresh(&auth, &signed(&flask("refresh", "1"))).await;
    store.fail("revoke_token", false);
    auth.rotate(token.clone()).await.expect_err("an outage");
    store.stop();
    let left = auth.sessions("alice").await.expect("a store").len();
    let again = auth.rotate(token).await.err();
    assert_eq!((left, reuses.try_recv().is_ok()), (0, false), "sessions, alarm; then {again:?}");
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
        let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
        let store = Scripted::default();
        let (auth, _) = authority(|builder| {
            accepting(builder, store.clone())
                .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
        });
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

/// A store that panics in the middle has used the token up.
#[tokio::test]
async fn a_panic_in_a_trade_is_an_outage_and_gives_nothing() {
    for (method, nth) in [("open_session", 0), ("open_session", 1), ("revoke_token", 0)] {
        let store = Scripted::default();
        let app = app_with(store.clone()).await;
        let token = signed(&flask("refresh", "1"));
        let count = Arc::new(AtomicUsize::new(0));
        store.play(move |called, is_after| {
            let is_it =
                (called, is_after) == (method, true) && count.fetch_add(1, Ordering::SeqCst) == nth;
            Box::pin(async move {
                assert!(!is_it, "the store panics");
                Ok(())
            })
        });
        app.post("/refresh", &token).await.assert_status(503);
        store.stop();
        assert_eq!(app.post("/refresh", &token).await.status, 401, "{method} {nth}");
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
    let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
    let (auth, clock) = authority(|builder| {
        accepting(builder, MemoryStore::new())
            .locations([TokenLocation::Header, TokenLocation::Cookie])
            .cookies(CookieOptions::new().refresh_path("/"))
            .rotation_grace(Duration::from_secs(10))
            .renewal(RenewalOptions::new().from_refresh_cookie())
            .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
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
async fn reauthentication_gives_nothing_for_a_token_that_was_revoked_meanwhile() {
    for all in [false, true] {
        let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()));
        let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
        match all {
            true => auth.logout_all("alice").await.expect("a store"),
            false => auth.logout(&token).await.expect("a store"),
        }
        let refused = auth.reauthenticate(&token).await.expect_err("nothing");
        assert_eq!(refused, AuthError::TokenRevoked, "all: {all}");
        assert!(auth.sessions("alice").await.expect("a store").is_empty(), "all: {all}");
    }
}

/// For a token of its own session, which has ended, that session's next token is as dead.
#[tokio::test]
async fn reauthentication_revives_no_session() {
    let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()));
    let pair = auth.login(&user("alice")).await.expect("a pair");
    let token = access(&auth, pair.access_token().as_str()).await.expect("a good one");
    auth.logout(&token).await.expect("a store");
    let grant = auth.reauthenticate(&token).await.expect("a grant");
    assert!(access(&auth, grant.access_token().as_str()).await.is_err());
}

#[tokio::test]
async fn reauthentication_keeps_to_the_limit() {
    let (auth, _) = authority(|builder| {
        accepting(builder, MemoryStore::new()).session_limit(SessionLimit::Refuse(2))
    });
    let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
    for _ in 0..5 {
        drop(auth.reauthenticate(&token).await.expect("a grant"));
    }
    assert_eq!(auth.sessions("alice").await.expect("a store").len(), 1);
    drop(auth.login(&user("alice")).await.expect("the second"));
}

/// The logout of the token ends what was made of it.
#[tokio::test]
async fn the_logout_of_an_older_token_ends_its_fresh_one() {
    let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()));
    let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
    let grant = auth.reauthenticate(&token).await.expect("a grant");
    let fresh = access(&auth, grant.access_token().as_str()).await.expect("a good one");
    auth.logout(&token).await.expect("a store");
    assert!(access(&auth, fresh.as_str()).await.is_err());
}

/// What was logged out stays so, however often the older token is used to prove oneself.
#[tokio::test]
async fn proving_oneself_again_revives_nothing() {
    let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()));
    let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
    let mut dead = Vec::<String>::new();
    for _ in 0..3 {
        let grant = auth.reauthenticate(&token).await.expect("a grant");
        let compact = grant.access_token().as_str().to_owned();
        let fresh = access(&auth, &compact).await.expect("a good one");
        for compact in &dead {
            assert!(access(&auth, compact).await.is_err(), "revived");
        }
        auth.logout(&fresh).await.expect("a store");
        dead.push(compact);
    }
    access(&auth, &signed(&flask("access", "1"))).await.expect("it was not logged out");
}

/// A store that says no after it has done what it was asked: the client tries again.
#[tokio::test]
async fn an_answer_that_is_lost_is_no_reuse() {
    for (lost, nth, expected) in [
        ("open_session", 0, 200), // the token was used up
        ("open_session", 1, 200), // the session is there
        ("revoke_token", 0, 401), // the last step: it fails closed
    ] {
        let (told, mut reuses) = mpsc::unbounded_channel::<ReuseEvent>();
        let store = Scripted::default();
        let app = App::with(|builder| {
            accepting(builder, store.clone())
                .on_reuse(move |event| told.send(event.clone()).expect("the test listens"))
        });
        let app = app.await;
        let token = signed(&flask("refresh", "1"));
        store.fail_where(lost, true, move |call| call == nth);
        app.post("/refresh", &token).await.assert_status(503);
        store.stop();
        let again = app.post("/refresh", &token).await;
        assert_eq!(again.status, expected, "{lost} {nth}: {again:?}");
        assert!(reuses.try_recv().is_err(), "{lost} {nth}: nobody has used it twice");
    }
}

/// Nor can it be taken back then. It fails closed, and may look like a theft.
#[tokio::test]
async fn an_outage_that_lasts_gives_nothing_for_a_token() {
    for (last, nth) in [("open_session", 0), ("open_session", 1), ("revoke_token", 0)] {
        let store = Scripted::default();
        let app = app_with(store.clone()).await;
        let token = signed(&flask("refresh", "1"));
        let (is_gone, calls) = (Arc::new(AtomicBool::new(false)), AtomicUsize::new(0));
        store.play(move |method, is_after| {
            let is_it =
                (method, is_after) == (last, true) && calls.fetch_add(1, Ordering::SeqCst) == nth;
            let is_gone = is_gone.fetch_or(is_it, Ordering::SeqCst) || is_it;
            Box::pin(
                async move { if is_gone { Err(StoreError::unavailable("gone")) } else { Ok(()) } },
            )
        });
        app.post("/refresh", &token).await.assert_status(503);
        store.stop();
        let again = app.post("/refresh", &token).await;
        assert_eq!(again.status, 401, "{last} {nth}: {again:?}");
        let left = app.auth.sessions("alice").await.expect("a store");
        assert!(left.is_empty(), "{last} {nth}: {left:?}");
    }
}
