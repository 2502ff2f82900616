//! Tokens as flask-jwt-extended writes them, by hand, so that time can stand still.

use jwt_runtime::{
    AccessToken, AuthError, JwtAuth, JwtAuthBuilder, OlderTokens, RefreshToken, TokenStore,
};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::clock::START;
use crate::keys::{ForgerKey, SECRET};
use crate::tokens::b64;

pub const DAY: u64 = 86_400;

pub type AllClaims = Map<String, Value>;

/// Signed as PyJWT signs.
pub fn signed(payload: &Value) -> String {
    signed_text(&payload.to_string())
}

/// The same of a payload that need not be JSON.
pub fn signed_text(payload: &str) -> String {
    signed_with(&ForgerKey::hmac("HS256", SECRET), r#"{"alg":"HS256","typ":"JWT"}"#, payload)
}

pub fn signed_with(key: &ForgerKey, header: &str, payload: &str) -> String {
    let input = format!("{}.{}", b64(header), b64(payload));
    let signature = key.sign(input.as_bytes());
    format!("{input}.{signature}")
}

/// A token of alice's with this type and `jti`, of its usual lifetime.
pub fn flask(kind: &str, id: &str) -> Value {
    flask_at(START, kind, id, if kind == "access" { 900 } else { 30 * DAY })
}

/// The same, issued at a time, for some seconds.
pub fn flask_at(now: u64, kind: &str, id: &str, lifetime: u64) -> Value {
    json!({
        "fresh": false, "iat": now, "jti": id, "type": kind, "sub": "alice", "nbf": now,
        "csrf": "0f9bd6c4-9a0e-4a43-8f4e-4c7f2e4f2f0a", "exp": now + lifetime,
    })
}

/// An authority that signs as they are signed, and accepts them.
pub fn accepting(builder: JwtAuthBuilder, store: impl TokenStore) -> JwtAuthBuilder {
    builder.secret(SECRET).store(store).accept_older(OlderTokens::flask_jwt_extended())
}

/// Verifies an access token outside of any request.
pub async fn access(auth: &JwtAuth, compact: &str) -> Result<AccessToken<AllClaims>, AuthError> {
    auth.verify_access(compact).await
}

/// Verifies a refresh token that is good.
pub async fn refresh(auth: &JwtAuth, compact: &str) -> RefreshToken<AllClaims> {
    auth.verify_refresh(compact).await.expect("a good one")
}

/// The claims of somebody's own tokens.
pub fn user(subject: &str) -> AllClaims {
    Map::from_iter([("sub".to_owned(), json!(subject))])
}

/// The usual routes of such an authority.
pub async fn app_with(store: impl TokenStore) -> App {
    App::with(|builder| accepting(builder, store)).await
}

pub fn with(mut payload: Value, name: &str, value: impl Into<Value>) -> Value {
    payload[name] = value.into();
    payload
}

pub fn without(mut payload: Value, name: &str) -> Value {
    payload.as_object_mut().expect("an object").remove(name);
    payload
}
