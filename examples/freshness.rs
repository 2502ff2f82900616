//! Step-up: a sensitive action asks for a login that is fresh, and recent enough.
//!
//! ```sh
//! cargo run --example freshness
//! PAIR=$(curl -s -X POST localhost:3000/login)
//! ACCESS=$(echo "$PAIR" | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! REFRESH=$(echo "$PAIR" | sed -E 's/.*"refresh_token":"([^"]+)".*/\1/')
//! curl -i -X POST localhost:3000/email -H "Authorization: Bearer $ACCESS"      # 204: just logged in
//! STALE=$(curl -s -X POST localhost:3000/refresh -H "Authorization: Bearer $REFRESH" | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! curl -i localhost:3000/account -H "Authorization: Bearer $STALE"             # 200
//! curl -i -X POST localhost:3000/email -H "Authorization: Bearer $STALE"       # 401, fresh_token_required
//! FRESH=$(curl -s localhost:3000/confirm -H "Authorization: Bearer $STALE" --json '{"password":"correct horse"}' | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! curl -i -X POST localhost:3000/email -H "Authorization: Bearer $FRESH"       # 204
//! ```

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    AccessGrant, AccessToken, AuthError, Claims, JwtAuth, MemoryStore, RefreshToken, TokenPair,
    fresh_jwt_required, jwt_required, refresh_required,
};
use serde::Deserialize;

#[derive(Claims)]
struct Owner {
    sub: String,
}

#[derive(Deserialize)]
struct Confirmation {
    password: String,
}

async fn login(State(auth): State<JwtAuth>) -> Result<TokenPair, AuthError> {
    auth.login(&Owner { sub: "alice".to_owned() }).await
}

#[refresh_required]
async fn refresh(
    #[token] old: RefreshToken<Owner>,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    auth.rotate(old).await
}

#[jwt_required]
async fn account(#[claims] owner: Owner) -> String {
    format!("the account of {}", owner.sub)
}

/// Refuses tokens that were bought with a refresh token, and logins more than ten minutes old. The
/// challenge tells the client which (RFC 9470), so it can ask for the password and come back.
#[fresh_jwt_required(max_age = "10m")]
async fn change_email(#[claims] owner: Owner) -> StatusCode {
    println!("{} has a new address", owner.sub);
    StatusCode::NO_CONTENT
}

/// The password again, for a fresh access token in the same session.
#[jwt_required]
async fn confirm(
    #[token] token: AccessToken<Owner>,
    State(auth): State<JwtAuth>,
    Json(given): Json<Confirmation>,
) -> Result<AccessGrant, AuthError> {
    if given.password != "correct horse" {
        return Err(AuthError::CredentialsInvalid);
    }
    auth.reauthenticate(&token).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = format!("{}{}", uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let auth = JwtAuth::builder().secret(secret).store(MemoryStore::new()).build()?;
    let app = Router::new()
        .route("/login", post(login))
        .route("/refresh", post(refresh))
        .route("/account", get(account))
        .route("/email", post(change_email))
        .route("/confirm", post(confirm))
        .with_state(auth);
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
