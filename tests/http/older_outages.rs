//! A store that fails, or panics, while an older token is traded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jwt_runtime::StoreError;
use jwt_tests::app::{App, authority};
use jwt_tests::older::{accepting, app_with, flask, refresh, signed};
use jwt_tests::reuses;
use jwt_tests::scripted::Scripted;

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

/// The last step fails: nobody has the pair, the session is there, and the retry is a theft.
#[tokio::test]
async fn a_trade_that_fails_at_its_end_leaves_no_session_and_is_no_theft() {
    let (tell, mut reuses) = reuses::listener();
    let store = Scripted::default();
    let (auth, _) = authority(|builder| accepting(builder, store.clone()).on_reuse(tell));
    let token = refresh(&auth, &signed(&flask("refresh", "1"))).await;
    store.fail("revoke_token", false);
    auth.rotate(token.clone()).await.expect_err("an outage");
    store.stop();
    let left = auth.sessions("alice").await.expect("a store").len();
    let again = auth.rotate(token).await.err();
    assert_eq!((left, reuses.try_recv().is_ok()), (0, false), "sessions, alarm; then {again:?}");
}

/// A store that says no after it has done what it was asked: the client tries again.
#[tokio::test]
async fn an_answer_that_is_lost_is_no_reuse() {
    for (lost, nth, expected) in [
        ("open_session", 0, 200), // the token was used up
        ("open_session", 1, 200), // the session is there
        ("revoke_token", 0, 401), // the last step: it fails closed
    ] {
        let (tell, mut reuses) = reuses::listener();
        let store = Scripted::default();
        let app = App::with(|builder| accepting(builder, store.clone()).on_reuse(tell));
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
