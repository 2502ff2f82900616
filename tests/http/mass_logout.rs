//! `logout_everyone`: after a key has leaked.

use std::time::Duration;

use jwt_runtime::{AuthError, IssueError, MemoryStore};
use jwt_tests::app::App;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::token_revoked;

#[tokio::test]
async fn everyone_is_logged_out_on_every_node() {
    let store = MemoryStore::new();
    let node = || {
        let store = store.clone();
        App::with(|builder| {
            builder.secret(SECRET).store(store).rotation_grace(Duration::from_secs(30))
        })
    };
    let (first, second) = (node().await, node().await);
    let mut pairs = Vec::new();
    for subject in ["alice", "alice", "bob", "carol"] {
        let login = first.login(subject).await;
        let next = first.rotate(&login.refresh).await;
        pairs.extend([login, next]);
    }
    first.auth.logout_everyone().await.expect("done");
    for app in [&first, &second] {
        for pair in &pairs {
            token_revoked().assert(&app.get("/access", &pair.access).await);
            token_revoked().assert(&app.post("/refresh", &pair.refresh).await);
        }
    }
    // Within the same second: whoever logs in again is in.
    let again = second.login("alice").await;
    first.get("/access", &again.access).await.assert_status(200);
    first.rotate(&again.refresh).await;
    token_revoked().assert(&second.get("/access", &pairs[0].access).await);
}

#[tokio::test]
async fn it_needs_a_store() {
    let app = App::stateless().await;
    let missing = Err(AuthError::NotIssued(IssueError::StoreMissing));
    assert_eq!(app.auth.logout_everyone().await, missing);
}
