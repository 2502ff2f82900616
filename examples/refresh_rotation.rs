//! One-time refresh: every refresh token works once, and using one twice ends its session.
//!
//! ```sh
//! cargo run --example refresh_rotation
//! R1=$(curl -s -X POST localhost:3000/token | sed -E 's/.*"refresh_token":"([^"]+)".*/\1/')
//! R2=$(curl -s -X POST localhost:3000/refresh -H "Authorization: Bearer $R1" | sed -E 's/.*"refresh_token":"([^"]+)".*/\1/')
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $R1"   # 401, token_reused
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $R2"   # 401, token_revoked
//! ```
//!
//! The second use of `R1` means that two parties hold it, and nobody can tell which is the thief:
//! so the session ends for both (RFC 9700 §4.14.2), and the server logs a warning.
//!
//! `ROTATION_GRACE=10 cargo run --example refresh_rotation` forgives a second use within ten
//! seconds: it gets `R2` once more, so that two tabs stay logged in. `R1` after that, or after `R2`
//! was used, is a theft again.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use jwt_runtime::{
    AuthError, Claims, JwtAuth, LoginOptions, MemoryStore, RefreshToken, TokenPair, jwt_required,
    refresh_required,
};

#[derive(Claims)]
struct User {
    sub: String,
    plan: String,
}

async fn token(State(auth): State<JwtAuth>) -> Result<TokenPair, AuthError> {
    let user = User { sub: "alice".to_owned(), plan: "free".to_owned() };
    auth.login_with(&user, LoginOptions::new().label("the example's terminal")).await
}

/// What is in the new pair may be read again here: a plan, say, that has changed since the login.
#[refresh_required]
async fn refresh(
    #[token] old: RefreshToken<User>,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    let user = User { sub: old.sub.clone(), plan: "paid".to_owned() };
    auth.rotate_with(old, &user).await
}

#[jwt_required]
async fn protected(#[claims] user: User) -> String {
    format!("{} has the {} plan", user.sub, user.plan)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_env_filter("warn").init();
    let secret = format!("{}{}", uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let grace = std::env::var("ROTATION_GRACE").unwrap_or("0".to_owned()).parse()?;
    let auth = JwtAuth::builder()
        .secret(secret)
        .store(MemoryStore::new())
        .rotation_grace(Duration::from_secs(grace))
        .session_lifetime(Duration::from_secs(90 * 24 * 60 * 60))
        .on_reuse(|event| eprintln!("a refresh token of {} came twice", event.subject))
        .build()?;
    let app = Router::new()
        .route("/token", post(token))
        .route("/refresh", post(refresh))
        .route("/protected", get(protected))
        .with_state(auth);
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
