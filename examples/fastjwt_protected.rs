//! A port of FastJWT's page "Base Usage", and of the logout in its `examples/base.py`.
//!
//! ```sh
//! export SECRET_KEY=$(openssl rand -base64 48)
//! cargo run --example fastjwt_protected
//! curl -i "localhost:3000/login?username=test&password=no"              # 401
//! curl -i "localhost:3000/login?username=test"                          # 400
//! curl -i "localhost:3000/login?username=test&password=test"            # 200, access_token
//! curl -i -X POST "localhost:3000/login?username=test&password=test"    # 200, access_token
//! TOKEN=$(curl -s -X POST "localhost:3000/login?username=test&password=test" | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! curl -i localhost:3000/protected                                      # 401
//! curl -s localhost:3000/protected | grep '{"detail":"Missing JWT in request"}'
//! curl -i --oauth2-bearer "dummytoken" localhost:3000/protected         # 401
//! curl -s --oauth2-bearer "dummytoken" localhost:3000/protected | grep '{"detail":"Unauthorized"}'
//! curl -i --oauth2-bearer "$TOKEN" localhost:3000/protected             # 200
//! curl -i -X POST localhost:3000/logout                                 # 401
//! curl -i -X POST --oauth2-bearer "$TOKEN" localhost:3000/logout        # 200
//! curl -i --oauth2-bearer "$TOKEN" localhost:3000/protected             # 401
//! ```
//!
//! Refusals are 401 with the words of the page, by `.on_refusal(…)`. Its code answers otherwise: 500,
//! or with `handle_errors(app)` `{"message", "error_type"}`, and 422 to a bad token; for clients that
//! know that, or AuthX, which FastJWT has become, say `.refusals(RefusalForm::AuthX)`.
//!
//! As on the page, the password is part of a URL, and URLs are written into logs: in earnest it is
//! read from a `Json` or a `Form`. With `REDIS_URL=redis://127.0.0.1:6379` the sessions are in Redis.
//!
//! | there | here |
//! |---|---|
//! | `config = FJWTConfig()`, `config.JWT_SECRET_KEY = …` | `JwtConfig::default()`, `config.secret_key = …` |
//! | `FastJWT(config)` | `config.into_builder()?.build()?` |
//! | `FastJWT()`, later `.load_config(config)` | the config, as long as it changes: what has no key is no `JwtAuth` |
//! | `JWT_SECRET_KEY = "SECRET_KEY"` | an error: 32 bytes or more, not in the code |
//! | `create_access_token(uid=username)` | `auth.grant_access(&user, …)` |
//! | `Depends(security.access_token_required)` | `#[jwt_required]` |
//! | `HTTPException(401, …)` | `AuthError::CredentialsInvalid` |
//! | `TOKEN_BLACKLIST` and its callback | the store; `auth.logout(&token)` |
//! | without `handle_errors(app)`, 500 | there is nothing to forget |

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router, http::StatusCode};
use jwt_runtime::{
    AccessGrant, AuthError, Claims, IssueOptions, JwtAuth, JwtConfig, MemoryStore, RedisStore,
    Registered, jwt_required,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Claims)]
struct User {
    sub: String,
}

#[derive(Deserialize)]
struct Login {
    username: String,
    password: String,
}

async fn login(
    State(auth): State<JwtAuth>,
    Query(given): Query<Login>,
) -> Result<AccessGrant, AuthError> {
    if given.username != "test" || given.password != "test" {
        return Err(AuthError::CredentialsInvalid);
    }
    auth.grant_access(&User { sub: given.username }, IssueOptions::new()).await
}

/// The bodies of the page; what it does not know is answered as always.
fn as_on_the_page(refusal: &AuthError) -> Option<(StatusCode, Json<Value>)> {
    let detail = match refusal {
        AuthError::TokenMissing => json!("Missing JWT in request"),
        AuthError::CredentialsInvalid => json!({ "message": "Bad credentials" }),
        refusal if refusal.status() == StatusCode::UNAUTHORIZED => json!("Unauthorized"),
        _ => return None,
    };
    Some((StatusCode::UNAUTHORIZED, Json(json!({ "detail": detail }))))
}

#[jwt_required]
async fn protected() -> Json<&'static str> {
    Json("You have access to a protected endpoint")
}

#[jwt_required]
async fn logout(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
) -> Result<Json<&'static str>, AuthError> {
    auth.logout(&token).await?;
    Ok(Json("OK"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut config = JwtConfig::default();
    config.algorithm = Some("HS256".to_owned());
    config.secret_key = Some(std::env::var("SECRET_KEY").map_err(|_| "set SECRET_KEY")?.into());

    let builder = config.into_builder()?;
    let auth = match std::env::var("REDIS_URL") {
        Ok(url) => builder.store(RedisStore::connect(&url).await?).build()?,
        Err(_) => builder.store(MemoryStore::new()).build()?,
    };
    let app = Router::new()
        .route("/login", get(login).post(login))
        .route("/protected", get(protected))
        .route("/logout", post(logout))
        .with_state(auth.clone())
        .layer(auth.layer().on_refusal(as_on_the_page));
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
