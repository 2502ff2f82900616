//! `revocation_checks`: which types of token are looked up.

use std::time::Duration;

use jwt_runtime::TokenType;
use jwt_tests::app::App;
use jwt_tests::counting::Counting;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{token_expired, token_reused, token_revoked};

#[tokio::test]
async fn access_tokens_can_be_stateless() {
    let store = Counting::default();
    let app = App::with(|builder| {
        builder.secret(SECRET).store(store.clone()).revocation_checks([TokenType::Refresh])
    })
    .await;
    let pair = app.login("alice").await;
    store.reset();
    app.get("/access", &pair.access).await.assert_status(200);
    assert_eq!(store.calls(), 0);
    app.post("/logout", &pair.access).await.assert_status(204);
    // The price: it is good until it expires. The refresh token is not.
    app.get("/access", &pair.access).await.assert_status(200);
    token_revoked().assert(&app.post("/refresh", &pair.refresh).await);
    app.clock.advance(Duration::from_secs(900));
    token_expired().assert(&app.get("/access", &pair.access).await);
}

#[tokio::test]
async fn refresh_tokens_work_once_all_the_same() {
    let app = App::with(|builder| {
        let store = Counting::default();
        builder.secret(SECRET).store(store).revocation_checks([TokenType::Refresh])
    })
    .await;
    let login = app.login("alice").await;
    let next = app.rotate(&login.refresh).await;
    token_reused().assert(&app.post("/refresh", &login.refresh).await);
    token_revoked().assert(&app.post("/refresh", &next.refresh).await);
}

#[tokio::test]
async fn both_are_looked_up_by_default() {
    for types in [None, Some([TokenType::Refresh, TokenType::Access])] {
        let store = Counting::default();
        let app = App::with(|builder| {
            let builder = builder.secret(SECRET).store(store.clone());
            match types {
                Some(types) => builder.revocation_checks(types),
                None => builder,
            }
        })
        .await;
        let pair = app.login("alice").await;
        app.get("/access", &pair.access).await.assert_status(200);
        app.get("/refresh", &pair.refresh).await.assert_status(200);
        assert_eq!(store.questions(), 2);
        app.post("/logout", &pair.access).await.assert_status(204);
        token_revoked().assert(&app.get("/access", &pair.access).await);
    }
}
