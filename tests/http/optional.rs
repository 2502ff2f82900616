//! `#[jwt_required(optional)]`: no token is nobody; a bad token is refused.

use axum::routing::get;
use axum::{Json, Router};
use jwt_runtime::{AccessToken, Token, jwt_required};
use jwt_tests::app::App;
use jwt_tests::refusal::{token_invalid, type_wrong};
use jwt_tests::routes::guarded::User;
use serde_json::{Map, Value, json};

#[jwt_required(optional)]
async fn typed(#[claims] user: Option<User>) -> Json<Value> {
    Json(json!(user.map(|user| user.sub)))
}

#[jwt_required(optional)]
async fn token(#[claims] token: Option<Token<User>>) -> Json<Value> {
    Json(json!(token.map(|token| token.into_claims().sub)))
}

#[jwt_required(optional)]
async fn access_token(#[token] token: Option<AccessToken<User>>) -> Json<Value> {
    Json(json!(token.map(|token| token.sub.clone())))
}

#[jwt_required(optional)]
async fn map(#[claims] claims: Option<Map<String, Value>>) -> Json<Value> {
    Json(json!(claims.map(|claims| claims["sub"].clone())))
}

#[tokio::test]
async fn absent_token_is_none_for_every_parameter() {
    let routes = Router::new()
        .route("/typed", get(typed))
        .route("/token", get(token))
        .route("/access-token", get(access_token))
        .route("/map", get(map));
    let app = App::routed(routes).await;
    let pair = app.login("alice").await;
    for route in ["/typed", "/token", "/access-token", "/map"] {
        let nobody = app.call("GET", route).send().await.assert_status(200);
        assert_eq!(nobody.json(), Value::Null, "{route}");
        let alice = app.get(route, &pair.access).await.assert_status(200);
        assert_eq!(alice.json(), "alice", "{route}");
        token_invalid().assert(&app.get(route, "garbage").await);
        type_wrong("access").assert(&app.get(route, &pair.refresh).await);
    }
}
