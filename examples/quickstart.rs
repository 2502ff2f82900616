//! The main job: login, guarded routes, one-time refresh, logout: `cargo run --example quickstart`.
//! Honours `LISTEN_ADDR`, `JwtConfig::from_env`, and `REDIS_URL` or `JWT_STORE_PATH`, else memory.
//! ```sh
//! curl -s localhost:3000/login --json '{"username":"test","password":"test"}'
//! curl -i localhost:3000/protected -H "Authorization: Bearer $ACCESS_TOKEN"          # 200
//! curl -i localhost:3000/admin -H "Authorization: Bearer $ACCESS_TOKEN"              # 403
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $REFRESH_TOKEN"   # 200, next pair
//! ```
use axum::extract::{Path, State};
use axum::routing::{delete, get, post};
use axum::{Json, Router, http::StatusCode};
use jwt_runtime::{AccessGrant, AccessToken, AuthError, Claims, JwtAuth, JwtConfig, MemoryStore};
use jwt_runtime::{RedisStore, RefreshToken, Registered, Scopes, Session, TokenPair};
use jwt_runtime::{fresh_jwt_required, jwt_required, refresh_required};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(roles)]
    roles: Vec<Role>,
    #[claim(scopes)]
    scope: Scopes,
}
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    User,
    Admin,
}
fn check_credentials(username: &str, password: &str) -> Result<User, AuthError> {
    let (role, scopes) = match (username, password) {
        ("test", "test") => (Role::User, vec![]),
        ("admin", "admin") => (Role::Admin, vec!["orders:read", "orders:write"]),
        _ => return Err(AuthError::CredentialsInvalid),
    };
    let scope = Scopes::try_from_iter(scopes).expect("they are written right above");
    Ok(User { sub: username.to_owned(), roles: vec![role], scope })
}
#[derive(Deserialize)]
struct Login {
    username: String,
    password: String,
}
#[derive(Deserialize)]
struct Password {
    password: String,
}
type Reply<T> = Result<T, AuthError>;

async fn login(State(auth): State<JwtAuth>, Json(given): Json<Login>) -> Reply<TokenPair> {
    auth.login(&check_credentials(&given.username, &given.password)?).await
}
#[jwt_required]
async fn protected(#[claims] user: User) -> Json<Value> {
    Json(json!({ "logged_in_as": user.sub }))
}
#[jwt_required]
async fn me(#[claims] all: Map<String, Value>) -> Json<Map<String, Value>> {
    Json(all)
}
#[jwt_required(optional)]
async fn optional(#[claims] user: Option<User>) -> Json<Value> {
    Json(json!({ "logged_in_as": user.map(|user| user.sub) }))
}
#[fresh_jwt_required]
async fn fresh(#[claims] user: User) -> Json<Value> {
    Json(json!({ "logged_in_as": user.sub }))
}
#[fresh_jwt_required(max_age = "5m")]
async fn fresh_recent(#[claims] user: User) -> Json<Value> {
    Json(json!({ "logged_in_as": user.sub }))
}
#[jwt_required(any_role(Role::Admin))]
async fn admin(#[claims] user: User) -> Json<Value> {
    Json(json!({ "logged_in_as": user.sub }))
}
#[jwt_required(all_scopes("orders:write"), claims = User)]
async fn create_order() -> StatusCode {
    StatusCode::CREATED
}
#[refresh_required]
async fn refresh(#[token] old: RefreshToken<User>, auth: State<JwtAuth>) -> Reply<TokenPair> {
    auth.rotate(old).await
}
#[jwt_required]
async fn reauthenticate(
    #[token] token: AccessToken<User>,
    State(auth): State<JwtAuth>,
    Json(given): Json<Password>,
) -> Reply<AccessGrant> {
    check_credentials(&token.sub, &given.password)?;
    auth.reauthenticate(&token).await
}
#[jwt_required]
async fn logout(#[claims] token: Registered, auth: State<JwtAuth>) -> Reply<StatusCode> {
    auth.logout(&token).await.map(|()| StatusCode::NO_CONTENT)
}
#[jwt_required]
async fn logout_all(#[claims] token: Registered, auth: State<JwtAuth>) -> Reply<StatusCode> {
    auth.logout_all(&token.sub).await.map(|()| StatusCode::NO_CONTENT)
}
#[jwt_required]
async fn sessions(#[claims] me: Registered, auth: State<JwtAuth>) -> Reply<Json<Vec<Session>>> {
    auth.sessions(&me.sub).await.map(Json)
}
#[jwt_required]
async fn end_session(
    #[claims] me: Registered,
    auth: State<JwtAuth>,
    Path(sid): Path<String>,
) -> Reply<StatusCode> {
    let ended = auth.end_session(&me.sub, &sid).await?;
    Ok(if ended { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut setup = JwtConfig::from_env()?;
    if !setup.has_key() {
        eprintln!("warning: JWT_SECRET_KEY is not set; tokens are good until this process ends");
        setup.secret_key = Some(format!("{}{}", uuid::Uuid::new_v4(), uuid::Uuid::new_v4()).into());
    }
    let auth = match std::env::var("REDIS_URL") {
        Ok(url) => setup.into_builder()?.store(RedisStore::connect(&url).await?).build()?,
        Err(_) if setup.store_path.is_some() => setup.into_builder()?.build()?,
        Err(_) => setup.into_builder()?.store(MemoryStore::new()).build()?,
    };
    let app = Router::new()
        .route("/login", post(login))
        .route("/protected", get(protected))
        .route("/me", get(me))
        .route("/optional", get(optional))
        .route("/fresh", get(fresh))
        .route("/fresh-recent", get(fresh_recent))
        .route("/admin", get(admin))
        .route("/orders", post(create_order))
        .route("/refresh", post(refresh))
        .route("/reauthenticate", post(reauthenticate))
        .route("/logout", post(logout))
        .route("/logout-all", post(logout_all))
        .route("/sessions", get(sessions))
        .route("/sessions/{sid}", delete(end_session))
        .with_state(auth);
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
