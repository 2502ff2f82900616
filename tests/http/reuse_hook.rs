//! `on_reuse`: the operator's own alarm.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::routing::post;
use axum::{Extension, Router};
use jwt_runtime::testing::ManualClock;
use jwt_runtime::{
    AuthError, JwtAuth, JwtAuthBuilder, MemoryStore, RefreshToken, ReuseEvent, TokenPair,
    refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::clock::START;
use jwt_tests::held::Held;
use jwt_tests::keys::SECRET;
use jwt_tests::logs::Logs;
use jwt_tests::meeting::Meeting;
use jwt_tests::refusal::{token_reused, token_revoked};
use jwt_tests::routes::guarded::User;
use jwt_tests::tokens::claims;

const GRACE: Duration = Duration::from_secs(10);

/// What the hook was called with.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<ReuseEvent>>>);

impl Calls {
    fn hook(&self, builder: JwtAuthBuilder) -> JwtAuthBuilder {
        let calls = self.0.clone();
        builder
            .secret(SECRET)
            .store(MemoryStore::new())
            .on_reuse(move |event| calls.lock().expect("no panic").push(event.clone()))
    }

    fn all(&self) -> Vec<ReuseEvent> {
        self.0.lock().expect("no panic").clone()
    }
}

#[tokio::test]
async fn reuse_is_told_once() {
    let logs = Logs::default();
    let _capture = logs.capture();
    let calls = Calls::default();
    let app = App::with(|builder| calls.hook(builder)).await;
    let login = app.login("alice").await;
    let next = app.rotate(&login.refresh).await;
    assert_eq!(calls.all(), vec![]);
    app.clock.advance(Duration::from_secs(7));
    for _ in 0..3 {
        app.post("/refresh", &login.refresh).await.assert_status(401);
        token_revoked().assert(&app.post("/refresh", &next.refresh).await);
    }
    let calls = calls.all();
    let [event] = calls.as_slice() else { panic!("one call, not {calls:?}") };
    let presented = claims(&login.refresh);
    assert_eq!(event.subject, "alice");
    assert_eq!(presented["sid"], event.session_id);
    assert_eq!(presented["jti"], event.token_id);
    assert_eq!(event.at.as_secs(), START + 7);
    assert_eq!(logs.text().matches("jwt::reuse").count(), 1, "{}", logs.text());
}

/// Two guards learn of one reuse before either has ended the session: one of them does.
#[tokio::test]
async fn reuse_that_two_guards_find_is_told_once() {
    let (calls, store) = (Calls::default(), Meeting::default());
    let app = App::with(|builder| calls.hook(builder).store(store.clone())).await;
    let login = app.login("alice").await;
    app.rotate(&login.refresh).await;
    store.begin();
    let (first, second) =
        tokio::join!(app.post("/refresh", &login.refresh), app.get("/refresh", &login.refresh));
    token_reused().assert(&first);
    token_reused().assert(&second);
    assert_eq!(calls.all().len(), 1);
}

/// Trades one token twice behind one guard, which has seen nothing wrong with it.
#[refresh_required]
async fn rotate_twice(
    #[token] old: RefreshToken<User>,
    State(auth): State<JwtAuth>,
    Extension(clock): Extension<ManualClock>,
) -> Result<TokenPair, AuthError> {
    let _first = auth.rotate(old.clone()).await?;
    clock.advance(GRACE);
    auth.rotate(old).await
}

/// What outruns the guard is found by the rotation.
#[tokio::test]
async fn reuse_that_the_rotation_finds_is_told_too() {
    let calls = Calls::default();
    let (auth, clock) = authority(|builder| calls.hook(builder).rotation_grace(GRACE));
    let router = Router::new()
        .route("/twice", post(rotate_twice))
        .layer(Extension(clock.clone()))
        .merge(jwt_tests::routes::all())
        .with_state(auth.clone());
    let app = App::serve(auth, clock, router).await;
    let login = app.login("alice").await;
    token_reused().assert(&app.post("/twice", &login.refresh).await);
    token_revoked().assert(&app.get("/access", &login.access).await);
    let calls = calls.all();
    let [event] = calls.as_slice() else { panic!("one call, not {calls:?}") };
    assert_eq!(claims(&login.refresh)["jti"], event.token_id);
    assert_eq!(event.at.as_secs(), START + GRACE.as_secs());
}

/// Many at once: one of them wins, one ends the session, and one alarm rings.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_reuses_are_told_once() {
    for _ in 0..10 {
        let calls = Calls::default();
        let app = Arc::new(App::with(|builder| calls.hook(builder)).await);
        let login = app.login("alice").await;
        let refreshes: Vec<_> = (0..50)
            .map(|_| {
                let (app, refresh) = (app.clone(), login.refresh.clone());
                tokio::spawn(async move { app.post("/refresh", &refresh).await.status })
            })
            .collect();
        let mut winners = 0;
        for refresh in refreshes {
            winners += usize::from(refresh.await.expect("an answer") == 200);
        }
        assert_eq!((winners, calls.all().len()), (1, 1));
    }
}

#[tokio::test]
async fn retry_within_the_grace_is_not_told() {
    let calls = Calls::default();
    let app = App::with(|builder| calls.hook(builder).rotation_grace(GRACE)).await;
    let login = app.login("alice").await;
    app.rotate(&login.refresh).await;
    app.rotate(&login.refresh).await;
    assert_eq!(calls.all(), vec![]);
    app.clock.advance(GRACE);
    token_reused().assert(&app.post("/refresh", &login.refresh).await);
    assert_eq!(calls.all().len(), 1);
}

/// The client's answer is the one of the table, and the session has ended.
#[tokio::test]
async fn panic_in_it_does_not_reach_the_client() {
    let logs = Logs::default();
    let _capture = logs.capture();
    let app = App::with(|builder| {
        let builder = builder.secret(SECRET).store(MemoryStore::new());
        builder.on_reuse(|event| panic!("nobody answers for {}", event.subject))
    })
    .await;
    let login = app.login("alice").await;
    let next = app.rotate(&login.refresh).await;
    token_reused().assert(&app.post("/refresh", &login.refresh).await);
    token_revoked().assert(&app.get("/access", &next.access).await);
    assert!(logs.text().contains("`on_reuse` panicked"), "{}", logs.text());
}

/// A thief who hangs up before the answer: the session ends all the same, and the alarm rings.
#[tokio::test]
async fn client_that_hangs_up_does_not_silence_it() {
    let (calls, store) = (Calls::default(), Held::default());
    let app = App::with(|builder| calls.hook(builder).store(store.clone())).await;
    let login = app.login("alice").await;
    let next = app.rotate(&login.refresh).await;
    let request = Request::builder()
        .uri("/refresh")
        .header("authorization", format!("Bearer {}", login.refresh))
        .body(Body::empty())
        .expect("a request");
    {
        let mut replay = std::pin::pin!(app.oneshot(request));
        tokio::select! {
            reply = &mut replay => panic!("answered with {reply:?} before the session ended"),
            () = store.is_reached() => {}
        }
    }
    assert_eq!(calls.all(), vec![], "nothing has ended yet");
    store.let_go();
    let told = async {
        while calls.all().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), told).await.expect("the hook was called");
    assert_eq!(calls.all().len(), 1);
    token_revoked().assert(&app.get("/access", &next.access).await);
}
