//! From login to logout.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jwt_runtime::{
    AccessGrant, AccessToken, AuthError, JwtAuth, LoginOptions, RefreshToken, Registered, Session,
    TokenPair, jwt_required, refresh_required,
};
use serde_json::{Map, Value};

type Claims = Map<String, Value>;

pub fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/login", post(login))
        .route("/refresh", post(refresh))
        .route("/reauthenticate", post(reauthenticate))
        .route("/revoke", post(revoke))
        .route("/logout", post(logout))
        .route("/logout-all", post(logout_all))
        .route("/logout-others", post(logout_others))
        .route("/sessions", get(sessions))
        .route("/sessions/{sid}", delete(end_session))
}

/// Whoever the body says; the device is told by claims here, which a real one would not do.
async fn login(
    State(auth): State<JwtAuth>,
    Json(claims): Json<Claims>,
) -> Result<TokenPair, AuthError> {
    let claim = |name: &str| claims.get(name).and_then(Value::as_str);
    let mut options = LoginOptions::new();
    if let Some(device) = claim("device") {
        options = options.label(device);
    }
    if let Some(user_agent) = claim("user_agent") {
        options = options.user_agent(user_agent);
    }
    if let Some(address) = claim("address") {
        options = options.address(address.parse().expect("an address of the test"));
    }
    auth.login_with(&claims, options).await
}

#[refresh_required]
async fn refresh(
    State(auth): State<JwtAuth>,
    #[token] old: RefreshToken<Claims>,
) -> Result<TokenPair, AuthError> {
    auth.rotate(old).await
}

#[jwt_required]
async fn reauthenticate(
    State(auth): State<JwtAuth>,
    #[token] token: AccessToken<Claims>,
) -> Result<AccessGrant, AuthError> {
    auth.reauthenticate(&token).await
}

#[jwt_required]
async fn revoke(
    State(auth): State<JwtAuth>,
    #[claims] token: Registered,
) -> Result<StatusCode, AuthError> {
    auth.revoke(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[jwt_required]
async fn logout(
    State(auth): State<JwtAuth>,
    #[claims] token: Registered,
) -> Result<StatusCode, AuthError> {
    auth.logout(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[jwt_required]
async fn logout_all(
    State(auth): State<JwtAuth>,
    #[claims] token: Registered,
) -> Result<StatusCode, AuthError> {
    auth.logout_all(&token.sub).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[jwt_required]
async fn logout_others(
    State(auth): State<JwtAuth>,
    #[claims] token: Registered,
) -> Result<StatusCode, AuthError> {
    let lives = auth.logout_others(&token).await?;
    if lives { Ok(StatusCode::NO_CONTENT) } else { Err(AuthError::TokenRevoked) }
}

#[jwt_required]
async fn sessions(
    State(auth): State<JwtAuth>,
    #[claims] token: Registered,
) -> Result<Json<Vec<Session>>, AuthError> {
    auth.sessions(&token.sub).await.map(Json)
}

#[jwt_required]
async fn end_session(
    State(auth): State<JwtAuth>,
    Path(session_id): Path<String>,
    #[claims] token: Registered,
) -> Result<StatusCode, AuthError> {
    let ended = auth.end_session(&token.sub, &session_id).await?;
    Ok(if ended { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND })
}
