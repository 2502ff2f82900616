//! What is counted, through the facade that an exporter would read. The page `operations` names it.

use std::collections::BTreeMap;
use std::future::Future;

use jwt_runtime::{MemoryStore, SessionLimit};
use jwt_tests::app::App;
use jwt_tests::keys::SECRET;
use jwt_tests::plugged::Plugged;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use serde_json::json;

/// Every series that a run has left, as `name{label="value"}`, and how often it was counted.
fn counted(run: impl Future<Output = ()>) -> BTreeMap<String, u64> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(run));
    let series = snapshotter.snapshot().into_vec().into_iter();
    series
        .map(|(key, _, _, value)| {
            let key = key.key();
            let labels: Vec<String> =
                key.labels().map(|label| format!("{}={:?}", label.key(), label.value())).collect();
            let count = match value {
                DebugValue::Counter(count) => count,
                DebugValue::Histogram(values) => values.len() as u64,
                DebugValue::Gauge(_) => panic!("{key}: no gauge is documented"),
            };
            (format!("{}{{{}}}", key.name(), labels.join(",")), count)
        })
        .collect()
}

/// `expected` is all there is of the series whose name begins so.
#[track_caller]
fn assert_counted(found: &BTreeMap<String, u64>, name: &str, expected: &[(&str, u64)]) {
    let found: Vec<(&str, u64)> = found
        .iter()
        .filter(|(series, _)| series.starts_with(&format!("{name}{{")))
        .map(|(series, count)| (&series[name.len()..], *count))
        .collect();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn a_life_of_a_session_is_counted() {
    let found = counted(async {
        let app = App::with(|builder| {
            builder.secret(SECRET).store(MemoryStore::new()).session_limit(SessionLimit::Refuse(2))
        })
        .await;
        let first = app.login("alice").await;
        let second = app.login("alice").await;
        let third = app.call("POST", "/login").json(&json!({ "sub": "alice" })).send().await;
        third.assert_status(403);
        app.get("/access", &first.access).await.assert_status(200);
        app.get("/access", "garbage").await.assert_status(401);
        app.call("GET", "/optional").send().await.assert_status(200);
        app.get("/admin", &first.access).await.assert_status(403);
        let next = app.rotate(&first.refresh).await;
        app.post("/refresh", &first.refresh).await.assert_status(401);
        app.get("/access", &next.access).await.assert_status(401);
        app.post("/revoke", &second.access).await.assert_status(204);
        app.auth.logout_all("alice").await.unwrap();
        app.auth.logout_everyone().await.unwrap();
    });
    assert_counted(
        &found,
        "jwt_sessions_opened_total",
        &[("{outcome=\"limit_reached\"}", 1), ("{outcome=\"opened\"}", 2)],
    );
    // The access, the refresh, and the revocation, whose guard accepts the token first.
    assert_counted(&found, "jwt_accepted_total", &[("{}", 3)]);
    assert_counted(&found, "jwt_accepted_unchecked_total", &[]);
    assert_counted(
        &found,
        "jwt_refused_total",
        &[
            ("{code=\"forbidden\"}", 1),
            ("{code=\"token_invalid\"}", 1),
            ("{code=\"token_reused\"}", 1),
            ("{code=\"token_revoked\"}", 1),
        ],
    );
    assert_counted(&found, "jwt_rotations_total", &[("{outcome=\"rotated\"}", 1)]);
    assert_counted(&found, "jwt_reuses_total", &[("{}", 1)]);
    assert_counted(
        &found,
        "jwt_revocations_total",
        &[("{what=\"everyone\"}", 1), ("{what=\"subject\"}", 1), ("{what=\"token\"}", 1)],
    );
    assert_counted(
        &found,
        "jwt_store_seconds",
        &[
            ("{operation=\"end_all_sessions\",outcome=\"ok\"}", 1),
            ("{operation=\"end_every_session\",outcome=\"ok\"}", 1),
            ("{operation=\"end_session\",outcome=\"ok\"}", 1),
            ("{operation=\"open_session\",outcome=\"ok\"}", 3),
            ("{operation=\"revoke_token\",outcome=\"ok\"}", 1),
            ("{operation=\"rotate\",outcome=\"ok\"}", 1),
            ("{operation=\"standing\",outcome=\"ok\"}", 5),
        ],
    );
}

#[test]
fn an_outage_is_counted() {
    let found = counted(async {
        let store = Plugged::default();
        let app = App::with(|builder| builder.secret(SECRET).store(store.clone())).await;
        let pair = app.login("alice").await;
        store.pull();
        for _ in 0..3 {
            app.get("/access", &pair.access).await.assert_status(503);
        }
        app.call("POST", "/login").json(&json!({ "sub": "bob" })).send().await.assert_status(503);
    });
    assert_counted(&found, "jwt_accepted_total", &[]);
    assert_counted(&found, "jwt_refused_total", &[("{code=\"store_unavailable\"}", 3)]);
    assert_counted(
        &found,
        "jwt_sessions_opened_total",
        &[("{outcome=\"failed\"}", 1), ("{outcome=\"opened\"}", 1)],
    );
    assert_counted(
        &found,
        "jwt_store_seconds",
        &[
            ("{operation=\"open_session\",outcome=\"ok\"}", 1),
            ("{operation=\"open_session\",outcome=\"unavailable\"}", 1),
            ("{operation=\"standing\",outcome=\"unavailable\"}", 3),
        ],
    );
}

/// What is accepted without asking is counted apart.
#[test]
fn what_is_let_in_unchecked_is_counted() {
    let found = counted(async {
        let store = Plugged::default();
        let app = App::with(|builder| {
            builder
                .secret(SECRET)
                .store(store.clone())
                .accept_access_tokens_unchecked_while_the_store_is_down()
        })
        .await;
        let pair = app.login("alice").await;
        app.get("/access", &pair.access).await.assert_status(200);
        store.pull();
        app.get("/access", &pair.access).await.assert_status(200);
    });
    assert_counted(&found, "jwt_accepted_total", &[("{}", 2)]);
    assert_counted(&found, "jwt_accepted_unchecked_total", &[("{}", 1)]);
}
