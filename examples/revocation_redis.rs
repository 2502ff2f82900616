//! Logout that holds on every node, and a page of "your devices": sessions in Redis.
//!
//! Start it twice, on two ports, and log out on one of them:
//!
//! ```sh
//! redis-server --port 6379 &
//! export REDIS_URL=redis://127.0.0.1:6379 JWT_SECRET_KEY=$(openssl rand -base64 48)
//! cargo run --example revocation_redis &
//! LISTEN_ADDR=127.0.0.1:3001 cargo run --example revocation_redis &
//! LAPTOP=$(curl -s -X POST localhost:3000/login -A laptop | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! PHONE=$(curl -s -X POST localhost:3001/login -A phone | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! curl -i localhost:3001/protected -H "Authorization: Bearer $LAPTOP"                  # 200
//! curl -i localhost:3001/sessions -H "Authorization: Bearer $LAPTOP"                   # 200, both
//! curl -i -X DELETE localhost:3000/sessions/others -H "Authorization: Bearer $LAPTOP"  # 204
//! curl -i localhost:3001/protected -H "Authorization: Bearer $PHONE"                   # 401
//! curl -i -X DELETE localhost:3000/token -H "Authorization: Bearer $LAPTOP"            # 204
//! curl -i localhost:3001/protected -H "Authorization: Bearer $LAPTOP"                  # 401
//! ```
//!
//! While Redis is away every guarded route answers 503, and never 200 for a token that was revoked.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header::USER_AGENT};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jwt_runtime::{
    AuthError, Claims, JwtAuth, JwtConfig, LoginOptions, RedisStore, Registered, Session,
    TokenPair, jwt_required,
};

#[derive(Claims)]
struct User {
    sub: String,
}

/// Hands over what the page of devices is to show; nothing of it is stored otherwise.
async fn login(State(auth): State<JwtAuth>, headers: HeaderMap) -> Result<TokenPair, AuthError> {
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let options = LoginOptions::new().user_agent(user_agent.unwrap_or("unknown"));
    auth.login_with(&User { sub: "alice".to_owned() }, options).await
}

#[jwt_required]
async fn protected(#[claims] user: User) -> String {
    format!("hello {}", user.sub)
}

/// Trusts the signature alone: cheaper, and blind to logout until the token expires.
#[jwt_required(skip_revocation)]
async fn unchecked(#[claims] user: User) -> String {
    format!("hello {}", user.sub)
}

/// Kills this one token; the session and its refresh token live on.
#[jwt_required]
async fn revoke(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
) -> Result<StatusCode, AuthError> {
    auth.revoke(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The page of "your devices".
#[jwt_required]
async fn sessions(
    #[claims] user: User,
    State(auth): State<JwtAuth>,
) -> Result<Json<Vec<Session>>, AuthError> {
    auth.sessions(&user.sub).await.map(Json)
}

/// "Log out my other devices".
#[jwt_required]
async fn logout_others(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
) -> Result<StatusCode, AuthError> {
    if auth.logout_others(&token).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(AuthError::TokenRevoked)
    }
}

/// Ends every session of the user, on every node.
#[jwt_required]
async fn logout_everywhere(
    #[claims] user: User,
    State(auth): State<JwtAuth>,
) -> Result<StatusCode, AuthError> {
    auth.logout_all(&user.sub).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("REDIS_URL").map_err(|_| "REDIS_URL is not set")?;
    let store = RedisStore::builder(&url)
        .key_prefix("example")
        .deadline(Duration::from_millis(250))
        .connect()
        .await?;
    let auth = JwtConfig::from_env()?.into_builder()?.store(store).build()?;
    let app = Router::new()
        .route("/login", post(login))
        .route("/protected", get(protected))
        .route("/unchecked", get(unchecked))
        .route("/token", delete(revoke))
        .route("/sessions", get(sessions).delete(logout_everywhere))
        .route("/sessions/others", delete(logout_others))
        .with_state(auth);
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
