//! One route per attribute, and one per way to take the claims.

use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    Claims, JwtAuth, RefreshToken, Registered, Scopes, Token, fresh_jwt_required, jwt_required,
    refresh_required,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The claims of the tests' usual application.
#[derive(Clone, Debug, Claims)]
pub struct User {
    pub sub: String,
    #[claim(roles)]
    #[serde(default)]
    pub roles: Vec<Role>,
    #[claim(scopes)]
    #[serde(default)]
    pub scope: Scopes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    User,
    Seller,
    Admin,
}

pub fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/access", get(access))
        .route("/optional", get(optional))
        .route("/fresh", get(fresh))
        .route("/fresh-recent", get(fresh_recent))
        .route("/refresh", get(refresh_token))
        .route("/user", get(user))
        .route("/claims", get(claims))
        .route("/token", get(token))
        .route("/nothing", get(nothing))
        .route("/unrevoked", get(unrevoked))
        .route("/write", get(write))
        .route("/read", get(read))
        .route("/admin", get(admin))
        .route("/echo", post(echo))
}

#[jwt_required]
async fn access(#[claims] token: Registered) -> Json<Registered> {
    Json(token)
}

#[jwt_required(optional)]
async fn optional(#[claims] token: Option<Registered>) -> Json<Value> {
    Json(json!({ "sub": token.map(|token| token.sub) }))
}

#[fresh_jwt_required]
async fn fresh(#[claims] token: Registered) -> Json<Registered> {
    Json(token)
}

#[fresh_jwt_required(max_age = "5m")]
async fn fresh_recent(#[claims] token: Registered) -> Json<Registered> {
    Json(token)
}

#[refresh_required]
async fn refresh_token(#[token] token: RefreshToken<User>) -> Json<Registered> {
    Json(token.registered().clone())
}

#[jwt_required]
async fn user(#[claims] user: User) -> Json<Value> {
    Json(json!({ "sub": user.sub, "roles": user.roles, "scope": user.scope }))
}

#[jwt_required]
async fn claims(#[claims] claims: Map<String, Value>) -> Json<Map<String, Value>> {
    Json(claims)
}

#[jwt_required]
async fn token(#[claims] token: Token<User>) -> Json<Value> {
    Json(json!({ "sub": token.sub, "jti": token.registered().jti, "raw": token.as_str() }))
}

#[jwt_required]
async fn nothing() -> &'static str {
    "let in"
}

#[jwt_required(skip_revocation)]
async fn unrevoked(#[claims] token: Registered) -> Json<Registered> {
    Json(token)
}

#[jwt_required(all_scopes("orders:read", "orders:write"), claims = User)]
async fn write() -> &'static str {
    "written"
}

#[jwt_required(any_scope("orders:read", "orders"))]
async fn read(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required(any_role(Role::Admin))]
async fn admin(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required]
async fn echo(#[claims] token: Registered, Json(body): Json<Value>) -> Json<Value> {
    Json(json!({ "sub": token.sub, "body": body }))
}
