//! The runtime under another name in `Cargo.toml`, and behind another crate: `crate = …`.

use jwt_tests::app::App;
use jwt_tests::refusal::{forbidden, token_missing, type_wrong};
use serde_json::json;

#[tokio::test]
async fn attributes_find_the_runtime_where_they_are_told() {
    let app = App::routed(jwt_renamed::routes().merge(jwt_reexported::routes())).await;
    let alice = app.login_as(&json!({ "sub": "alice", "scope": "orders:read" })).await;
    let bob = app.login_as(&json!({ "sub": "bob", "scope": "" })).await;
    for krate in ["renamed", "reexported"] {
        for route in ["plain", "conditions", "hidden", "block", "purge"] {
            let path = format!("/{krate}/{route}");
            token_missing().assert(&app.call("GET", &path).send().await);
            type_wrong("access").assert(&app.get(&path, &alice.refresh).await);
            app.get(&path, &alice.access).await.assert_status(200);
        }
        for route in ["conditions", "block", "purge"] {
            let reply = app.get(&format!("/{krate}/{route}"), &bob.access).await;
            forbidden(Some("orders:read")).assert(&reply);
        }
        app.get(&format!("/{krate}/refresh"), &alice.refresh).await.assert_status(200);
        app.call("GET", &format!("/{krate}/open")).send().await.assert_status(200);
    }
}
