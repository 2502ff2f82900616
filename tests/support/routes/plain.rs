//! Guards without attributes.

use axum::routing::get;
use axum::{Json, Router};
use jwt_runtime::{FreshJwt, Jwt, JwtAuth, RefreshJwt, Registered};
use serde_json::{Map, Value, json};

pub fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/plain/access", get(access))
        .route("/plain/optional", get(optional))
        .route("/plain/fresh", get(fresh))
        .route("/plain/refresh", get(refresh))
        .route("/plain/claims", get(claims))
}

async fn access(Jwt(token): Jwt<Registered>) -> Json<Registered> {
    Json(token)
}

async fn optional(token: Option<Jwt<Registered>>) -> Json<Value> {
    Json(json!({ "sub": token.map(|Jwt(token)| token.sub) }))
}

async fn fresh(FreshJwt(token): FreshJwt<Registered>) -> Json<Registered> {
    Json(token)
}

async fn refresh(RefreshJwt(token): RefreshJwt<Map<String, Value>>) -> Json<Registered> {
    Json(token.registered().clone())
}

async fn claims(Jwt(claims): Jwt<Map<String, Value>>) -> Json<Map<String, Value>> {
    Json(claims)
}
