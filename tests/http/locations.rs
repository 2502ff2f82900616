//! `locations`: a route looks where it says, and nowhere else.

use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, fresh_jwt_required, jwt_required, refresh_required};
use jwt_tests::app::App;
use jwt_tests::refusal::token_missing;

#[jwt_required(locations(header))]
async fn access() {}

#[fresh_jwt_required(max_age = "5m", locations(header))]
async fn fresh() {}

#[refresh_required(locations(header))]
async fn refresh_only() {}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/access", get(access))
        .route("/fresh", get(fresh))
        .route("/refresh-only", get(refresh_only))
}

#[tokio::test]
async fn header_alone_is_read() {
    let app = App::routed(routes()).await;
    let pair = app.login("alice").await;
    for (route, token) in
        [("/access", &pair.access), ("/fresh", &pair.access), ("/refresh-only", &pair.refresh)]
    {
        app.get(route, token).await.assert_status(200);
        for name in ["access_token", "refresh_token", "token", "jwt"] {
            let cookie = app.call("GET", route).header("cookie", format!("{name}={token}"));
            token_missing().assert(&cookie.send().await);
            let query = app.call("GET", &format!("{route}?{name}={token}"));
            token_missing().assert(&query.send().await);
        }
        let protocol = format!("bearer, {token}");
        let websocket = app.call("GET", route).header("sec-websocket-protocol", protocol);
        token_missing().assert(&websocket.send().await);
    }
}
