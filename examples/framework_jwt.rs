//! A port of what fastapi-framework's page on `jwt_auth` builds, `docs/jwt/jwt_tokens.md`.
//!
//! ```sh
//! export JWT_SECRET_KEY=$(openssl rand -base64 48)
//! cargo run --example framework_jwt
//! PAIR=$(curl -s localhost:3000/jwt/); echo "$PAIR"
//! ACCESS=$(echo "$PAIR" | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! REFRESH=$(echo "$PAIR" | sed -E 's/.*"refresh_token":"([^"]+)".*/\1/')
//! curl -i localhost:3000/jwt/access_token                                   # 200
//! curl -i localhost:3000/jwt/refresh_token                                  # 200
//! curl -i localhost:3000/jwt/                                               # 200, token_type
//! curl -i localhost:3000/get_token/                                         # 401, token_missing
//! curl -i localhost:3000/get_token/ -H "Authorization: Bearer $ACCESS"      # 200
//! curl -i localhost:3000/get_data/ -H "Authorization: Bearer $ACCESS"       # 200
//! curl -i localhost:3000/get_data/ -H "Authorization: Bearer $REFRESH"      # 401, token_type_wrong
//! curl -i localhost:3000/get_data/ -d "token=$ACCESS"                       # 200
//! curl -i localhost:3000/get_data/ -d "token=nonsense"                      # 401, token_invalid
//! curl -s localhost:3000/check_token/ -d "refresh_token=$REFRESH" | grep true
//! curl -i localhost:3000/logout/ -d "refresh_token=$REFRESH"                # 200
//! curl -s localhost:3000/check_token/ -d "refresh_token=$REFRESH" | grep false
//! curl -i localhost:3000/check_token/ -d "nothing=here"                     # 422
//! curl -i localhost:3000/logout/ -d "refresh_token=$REFRESH"                # 401, token_revoked
//! curl -i localhost:3000/get_data/ -H "Authorization: Bearer $ACCESS"       # 401, token_revoked
//! ```
//!
//! With `REDIS_URL=redis://127.0.0.1:6379` the sessions are in Redis. Where the page has a token in
//! the query of a GET, a form is posted: URLs are written into logs (RFC 9700 §4.3.2).
//!
//! | there | here |
//! |---|---|
//! | `create_access_token(data)` | `auth.grant_access(&data, …)` |
//! | `create_refresh_token(user_id, redis)` | `auth.issue_refresh(&data, …)`; it is no access token |
//! | `generate_tokens(data, user_id, redis)` | `auth.login(&data)` |
//! | `invalidate_refresh_token(token, redis)` | `auth.logout(&token)`: its access token ends too |
//! | `check_refresh_token(token, redis)` | `auth.verify_refresh(text)`, one look-up; asked about a used one, it ends that session |
//! | `Depends(get_token)` | `#[token] token: AccessToken<Data>`, verified, and `token.as_str()` |
//! | `Depends(get_data)` | `#[claims] data: Data`, or a `Map` of everything in the token |
//! | `get_data(token)` | `auth.verify_access(text)` |
//! | the set `refresh_tokens` | a record per session, which Redis drops when it has expired |
//! | `redis_dependency.init()` | `RedisStore::connect(url)` |
//! | `JWT_SECRET_KEY`, `JWT_ALGORITHM` | the same; a secret has 32 bytes or more |
//! | `JWT_ACCESS_TOKEN_EXPIRE_MINUTES=30` | the same, or `JWT_ACCESS_TOKEN_EXPIRES=30m` |
//! | `JWT_REFRESH_TOKEN_EXPIRE_MINUTES=360` | the same, or `JWT_REFRESH_TOKEN_EXPIRES=6h` |
//! | `REDIS_HOST`, `REDIS_PORT` | `REDIS_URL` |

use std::time::Duration;

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use jwt_runtime::{
    AccessGrant, AccessToken, AuthError, Claims, IssueOptions, JwtAuth, JwtConfig, MemoryStore,
    RedisStore, TokenPair, jwt_required,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The dictionary of a user, under the id that the sessions are found by.
#[derive(Claims)]
struct Data {
    sub: u64,
    user: Value,
}

fn data() -> Data {
    Data { sub: 5, user: json!({ "id": 5, "username": "test", "admin": true }) }
}

#[derive(Deserialize)]
struct Given {
    #[serde(alias = "refresh_token")]
    token: String,
}

type Reply<T> = Result<T, AuthError>;

async fn access_token(State(auth): State<JwtAuth>) -> Reply<AccessGrant> {
    auth.grant_access(&data(), IssueOptions::new()).await
}

async fn refresh_token(State(auth): State<JwtAuth>) -> Reply<impl IntoResponse> {
    let token = auth.issue_refresh(&data(), IssueOptions::new()).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(token)))
}

async fn both(State(auth): State<JwtAuth>) -> Reply<TokenPair> {
    auth.login(&data()).await
}

async fn logout(State(auth): State<JwtAuth>, Form(given): Form<Given>) -> Reply<()> {
    let token = auth.verify_refresh::<Data>(&given.token).await?;
    auth.logout(&token).await
}

async fn check_token(State(auth): State<JwtAuth>, Form(given): Form<Given>) -> Reply<Json<bool>> {
    match auth.verify_refresh::<Data>(&given.token).await {
        Ok(_) => Ok(Json(true)),
        // Nobody knows.
        Err(error @ AuthError::StoreUnavailable) => Err(error),
        Err(_) => Ok(Json(false)),
    }
}

#[jwt_required]
async fn get_token(#[token] token: AccessToken<Data>) -> String {
    token.as_str().to_owned()
}

#[jwt_required]
async fn get_data(#[claims] data: Map<String, Value>) -> Json<Map<String, Value>> {
    Json(data)
}

async fn get_data_of(
    State(auth): State<JwtAuth>,
    Form(given): Form<Given>,
) -> Reply<Json<Map<String, Value>>> {
    let token = auth.verify_access::<Map<String, Value>>(&given.token).await?;
    Ok(Json(token.into_claims()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_env_filter("warn").init();
    let mut setup = JwtConfig::from_env()?;
    setup.access_token_expires.get_or_insert(Duration::from_secs(30 * 60));
    setup.refresh_token_expires.get_or_insert(Duration::from_secs(6 * 60 * 60));
    let builder = setup.into_builder()?;
    let builder = match std::env::var("REDIS_URL") {
        Ok(url) => builder.store(RedisStore::connect(&url).await?),
        Err(_) => builder.store(MemoryStore::new()),
    };
    let app = Router::new()
        .route("/jwt/access_token", get(access_token))
        .route("/jwt/refresh_token", get(refresh_token))
        .route("/jwt/", get(both))
        .route("/logout/", post(logout))
        .route("/check_token/", post(check_token))
        .route("/get_token/", get(get_token))
        .route("/get_data/", get(get_data).post(get_data_of))
        .with_state(builder.build()?);
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
