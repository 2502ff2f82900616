//! `on_reuse`: the operator's own alarm.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jwt_runtime::{JwtAuthBuilder, MemoryStore, ReuseEvent};
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::keys::SECRET;
use jwt_tests::logs::Logs;
use jwt_tests::refusal::{token_reused, token_revoked};
use jwt_tests::tokens::claims;

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
    let grace = Duration::from_secs(10);
    let app = App::with(|builder| calls.hook(builder).rotation_grace(grace)).await;
    let login = app.login("alice").await;
    app.rotate(&login.refresh).await;
    app.rotate(&login.refresh).await;
    assert_eq!(calls.all(), vec![]);
    app.clock.advance(grace);
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
