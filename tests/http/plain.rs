//! Extractors without an attribute decide as the attributes do.

use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::tokens::Forgery;

#[tokio::test]
async fn extractors_answer_like_their_attributes() {
    let app = App::new().await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let pair = app.login("alice").await;
    let stale = app.rotate(&app.login("alice").await.refresh).await;
    let ended = app.login("alice").await;
    app.post("/logout", &ended.access).await.assert_status(204);
    let forgery = || Forgery::of(&pair.access);
    let tokens = [
        pair.access.clone(),
        pair.refresh.clone(),
        stale.access,
        stale.refresh,
        ended.access,
        ended.refresh,
        "garbage".to_owned(),
        String::new(),
        forgery().claim("exp", START).sign(&key),
        forgery().claim("aud", "x").sign(&key),
        forgery().claim("fresh", START).sign(&key),
        forgery().without("sid").sign(&key),
        forgery().header("alg", "none").with_signature(""),
    ];
    for route in ["/access", "/optional", "/fresh", "/refresh", "/claims"] {
        let plain = format!("/plain{route}");
        for token in &tokens {
            assert_alike(&app, route, &plain, Some(token)).await;
        }
        assert_alike(&app, route, &plain, None).await;
    }
}

async fn assert_alike(app: &App, guarded: &str, plain: &str, token: Option<&str>) {
    let mut replies = Vec::new();
    for path in [guarded, plain] {
        let call = app.call("GET", path);
        let mut reply = match token {
            Some(token) => call.bearer(token).send().await,
            None => call.send().await,
        };
        reply.headers.remove("date");
        replies.push((reply.status, reply.body, reply.headers));
    }
    assert_eq!(replies[0], replies[1], "{guarded} with {token:?}");
}
