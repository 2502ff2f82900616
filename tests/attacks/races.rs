//! Everything at once: catalogue 20, section 0.3. Many threads, one store.

use std::collections::HashSet;
use std::sync::Arc;

use jwt_tests::app::{App, Pair};
use jwt_tests::client::Reply;
use jwt_tests::refusal::{token_reused, token_revoked};
use jwt_tests::tokens::claims;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// Sends the requests at the same moment and gives their answers in order.
async fn together(app: &Arc<App>, requests: Vec<(&'static str, String)>) -> Vec<Reply> {
    let barrier = Arc::new(Barrier::new(requests.len()));
    let mut tasks = JoinSet::new();
    for (place, (path, token)) in requests.into_iter().enumerate() {
        let (app, barrier) = (Arc::clone(app), Arc::clone(&barrier));
        tasks.spawn(async move {
            barrier.wait().await;
            (place, app.post(path, &token).await)
        });
    }
    let mut replies = tasks.join_all().await;
    replies.sort_by_key(|(place, _)| *place);
    replies.into_iter().map(|(_, reply)| reply).collect()
}

/// One token, many presentations: one successor, and then the session is over for everybody.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_concurrent_refreshes_wins() {
    let app = Arc::new(App::new().await);
    for presentations in [2, 5, 20, 200, 200] {
        let pair = app.login("racer").await;
        let bystander = app.login("racer").await;
        let requests = vec![("/refresh", pair.refresh.clone()); presentations];
        let replies = together(&app, requests).await;
        let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.status == 200);
        assert_eq!(won.len(), 1, "of {presentations}");
        for reply in &lost {
            let is_known = token_reused().mismatch(reply).is_none()
                || token_revoked().mismatch(reply).is_none();
            assert!(is_known, "{reply:?}");
        }
        assert!(lost.iter().any(|reply| reply.text("code") == "token_reused"));
        let next = Pair::read(won[0]);
        token_revoked().assert(&app.get("/access", &next.access).await);
        token_revoked().assert(&app.post("/refresh", &next.refresh).await);
        app.get("/access", &bystander.access).await.assert_status(200);
    }
}

/// Section 0.3: a refresh cannot outrun a logout. Once the logout has answered, what the refresh
/// gave out is dead.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refresh_does_not_outrun_logout() {
    let app = Arc::new(App::new().await);
    for round in 0..120 {
        let pair = app.login("racer").await;
        let logout = if round % 3 == 2 { "/logout-all" } else { "/logout" };
        let mut requests = vec![("/refresh", pair.refresh.clone()), (logout, pair.access.clone())];
        if round % 2 == 1 {
            requests.reverse();
        }
        let replies = together(&app, requests).await;
        let (refreshed, logged_out) =
            if round % 2 == 1 { (&replies[1], &replies[0]) } else { (&replies[0], &replies[1]) };
        assert_eq!(logged_out.status, 204, "{logged_out:?}");
        match refreshed.status {
            200 => {
                let next = Pair::read(refreshed);
                token_revoked().assert(&app.get("/access", &next.access).await);
                token_revoked().assert(&app.post("/refresh", &next.refresh).await);
            }
            _ => token_revoked().assert(refreshed),
        }
    }
}

/// An access token that was let through before the logout may be answered after it; one that is
/// sent after it may not.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn logout_is_final_once_it_has_answered() {
    let app = Arc::new(App::new().await);
    let pair = app.login("racer").await;
    let replies = together(&app, vec![("/logout", pair.access.clone()); 20]).await;
    assert!(replies.iter().any(|reply| reply.status == 204));
    for reply in replies.iter().filter(|reply| reply.status != 204) {
        token_revoked().assert(reply);
    }
    for _ in 0..20 {
        token_revoked().assert(&app.get("/access", &pair.access).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_logins_are_sessions_of_their_own() {
    let app = Arc::new(App::new().await);
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let app = Arc::clone(&app);
        tasks.spawn(async move { app.login("racer").await });
    }
    let pairs = tasks.join_all().await;
    let ids = |claim: &str| -> HashSet<String> {
        pairs
            .iter()
            .flat_map(|pair| [&pair.access, &pair.refresh])
            .map(|token| claims(token)[claim].as_str().expect("a string").to_owned())
            .collect()
    };
    assert_eq!(ids("sid").len(), 50);
    assert_eq!(ids("jti").len(), 100);
    let sessions = app.get("/sessions", &pairs[0].access).await.assert_status(200);
    assert_eq!(sessions.json().as_array().map(Vec::len), Some(50));
}
