//! A port of the examples of fastapi-jwt-auth 0.2: one application, which answers in its words.
//!
//! ```sh
//! export AUTHJWT_SECRET_KEY=$(openssl rand -base64 48)   # or as a line in `.env`
//! cargo run --example authjwt_basic
//! PAIR=$(curl -s localhost:3000/login --json '{"username":"test","password":"test"}'); echo "$PAIR"
//! ACCESS=$(echo "$PAIR" | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! OLD=$(echo "$PAIR" | sed -E 's/.*"refresh_token":"([^"]+)".*/\1/')
//! NEXT=$(curl -s -X POST localhost:3000/refresh -H "Authorization: Bearer $OLD"); echo "$NEXT"
//! STALE=$(echo "$NEXT" | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! REFRESH=$(echo "$NEXT" | sed -E 's/.*"refresh_token":"([^"]+)".*/\1/')
//! curl -i localhost:3000/login --json '{"username":"test","password":"no"}'              # 401
//! curl -s localhost:3000/protected | grep '{"detail":"Missing Authorization Header"}'
//! curl -i localhost:3000/protected                                                       # 401
//! curl -i localhost:3000/protected -H "Authorization: Bearer nonsense"                   # 422
//! curl -i localhost:3000/protected -H "Authorization: Bearer $ACCESS"                    # 200
//! curl -i localhost:3000/partially-protected                                             # 200
//! curl -i localhost:3000/partially-protected -H "Authorization: Bearer $REFRESH"         # 422
//! curl -i localhost:3000/protected-fresh -H "Authorization: Bearer $ACCESS"              # 200
//! curl -i localhost:3000/protected-fresh -H "Authorization: Bearer $STALE"               # 401
//! curl -i localhost:3000/fresh-login --json '{"username":"test","password":"no"}'        # 401
//! curl -i localhost:3000/fresh-login --json '{"username":"test","password":"test"}'      # 200
//! curl -i localhost:3000/get-jti -d "$ACCESS"                                            # 200
//! curl -i localhost:3000/get-jti -d nonsense                                             # 422
//! curl -i localhost:3000/get-jwt-identity -H "Authorization: Bearer $ACCESS"             # 200
//! curl -i localhost:3000/get-raw-jwt -H "Authorization: Bearer $ACCESS"                  # 200
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $ACCESS"              # 422
//! curl -i -X DELETE localhost:3000/access-revoke -H "Authorization: Bearer $ACCESS"      # 200
//! curl -i localhost:3000/protected -H "Authorization: Bearer $ACCESS"                    # 401
//! curl -i -X DELETE localhost:3000/refresh-revoke -H "Authorization: Bearer $REFRESH"    # 200
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $REFRESH"             # 401
//! ```
//!
//! `ENV_FILE` names another file than `.env`; `REDIS_URL=redis://127.0.0.1:6379` is for sessions.
//!
//! | there | here |
//! |---|---|
//! | `AUTHJWT_…`, `.env`, `AuthJWT.load_env` | the same names, `JwtConfig::from_env_over("AUTHJWT_", …)` |
//! | `create_access_token(identity, fresh=True)` | `auth.grant_access(&user, …)` with `.fresh()` |
//! | `jwt_required()`, `jwt_optional()` | `#[jwt_required]`, `#[jwt_required(optional)]` |
//! | `fresh_jwt_required()` | `#[fresh_jwt_required]` |
//! | `jwt_refresh_token_required()` | `#[refresh_required]`; what `auth.rotate` gives is a new pair |
//! | `get_jwt_identity()`, `get_raw_jwt()` | `#[claims] user: User`, or a `Map` |
//! | `get_jti(encoded_token)` | `UnverifiedToken::parse(text)` |
//! | `token_in_blacklist_loader` | the store; `auth.revoke(&token)` |
//! | 422, `{"detail": …}` | `RefusalForm::FastapiJwtAuth`, as long as its clients are there |

use axum::extract::State;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jwt_runtime::{
    AccessGrant, AuthError, Claims, IssueOptions, JwtAuth, JwtConfig, MemoryStore, RedisStore,
    RefreshToken, RefusalForm, Registered, TokenPair, UnverifiedToken, fresh_jwt_required,
    jwt_required, refresh_required,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Claims)]
struct User {
    sub: String,
}
#[derive(Deserialize)]
struct Login {
    username: String,
    password: String,
}
fn check_credentials(given: Login) -> Result<User, AuthError> {
    let is_right = given.username == "test" && given.password == "test";
    is_right.then_some(User { sub: given.username }).ok_or(AuthError::CredentialsInvalid)
}
type Reply<T> = Result<T, AuthError>;

async fn login(State(auth): State<JwtAuth>, Json(given): Json<Login>) -> Reply<TokenPair> {
    auth.login(&check_credentials(given)?).await
}
async fn fresh_login(auth: State<JwtAuth>, given: Json<Login>) -> Reply<AccessGrant> {
    auth.grant_access(&check_credentials(given.0)?, IssueOptions::new().fresh()).await
}
#[refresh_required]
async fn refresh(#[token] old: RefreshToken<User>, auth: State<JwtAuth>) -> Reply<TokenPair> {
    auth.rotate(old).await
}
#[jwt_required]
async fn protected(#[claims] user: User) -> Json<Value> {
    Json(json!({ "logged_in_as": user.sub }))
}
#[jwt_required(optional)]
async fn partially_protected(#[claims] user: Option<User>) -> Json<Value> {
    Json(json!({ "logged_in_as": user.map_or("anonymous user".to_owned(), |user| user.sub) }))
}
#[fresh_jwt_required]
async fn protected_fresh(#[claims] user: User) -> Json<Value> {
    Json(json!({ "fresh_logged_in_as": user.sub }))
}
async fn get_jti(token: String) -> Reply<Json<Value>> {
    let token = UnverifiedToken::parse(&token).map_err(AuthError::TokenInvalid)?;
    Ok(Json(json!(token.id())))
}
#[jwt_required(optional)]
async fn get_jwt_identity(#[claims] user: Option<User>) -> Json<Value> {
    Json(json!({ "logged_in_as": user.map(|user| user.sub) }))
}
#[jwt_required(optional)]
async fn get_raw_jwt(#[claims] token: Option<Map<String, Value>>) -> Json<Value> {
    Json(json!({ "token": token }))
}
#[jwt_required]
async fn access_revoke(#[claims] token: Registered, auth: State<JwtAuth>) -> Reply<Json<Value>> {
    auth.revoke(&token).await.map(|()| Json(json!({ "msg": "Access token revoked" })))
}
#[refresh_required]
async fn refresh_revoke(#[claims] token: Registered, auth: State<JwtAuth>) -> Reply<Json<Value>> {
    auth.revoke(&token).await.map(|()| Json(json!({ "msg": "Refresh token revoked" })))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::var("ENV_FILE").unwrap_or(".env".to_owned());
    let defaults: Vec<(String, String)> = match dotenvy::from_path_iter(file) {
        Ok(lines) => lines.collect::<Result<_, _>>()?,
        Err(error) if error.not_found() => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let builder = JwtConfig::from_env_over("AUTHJWT_", defaults)?.into_builder()?;
    let auth = match std::env::var("REDIS_URL") {
        Ok(url) => builder.store(RedisStore::connect(&url).await?).build()?,
        Err(_) => builder.store(MemoryStore::new()).build()?,
    };
    let app = Router::new()
        .route("/login", post(login))
        .route("/fresh-login", post(fresh_login))
        .route("/refresh", post(refresh))
        .route("/protected", get(protected))
        .route("/partially-protected", get(partially_protected))
        .route("/protected-fresh", get(protected_fresh))
        .route("/get-jti", post(get_jti))
        .route("/get-jwt-identity", get(get_jwt_identity))
        .route("/get-raw-jwt", get(get_raw_jwt))
        .route("/access-revoke", delete(access_revoke))
        .route("/refresh-revoke", delete(refresh_revoke))
        .with_state(auth.clone())
        .layer(auth.layer().refusals(RefusalForm::FastapiJwtAuth));
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
