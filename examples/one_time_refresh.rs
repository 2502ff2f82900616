//! A port of an article's application, "full access and one-time refresh token" with FastAPI: here
//! a refresh token is good for one use, and there is the logout that its readers asked for.
//!
//! ```sh
//! export JWT_SECRET_KEY=$(openssl rand -base64 48)
//! cargo run --example one_time_refresh
//! login() { curl -s localhost:3000/token -d grant_type=password -d username=test -d password=test; }
//! take() { sed -E "s/.*\"$1_token\":\"([^\"]+)\".*/\1/"; }
//! PAIR=$(login); ACCESS=$(echo "$PAIR" | take access); R1=$(echo "$PAIR" | take refresh)
//! curl -i localhost:3000/token -d grant_type=password -d username=test -d password=no    # 400, invalid_grant
//! curl -i localhost:3000/token -d grant_type=password -d username=test                   # 400, invalid_request
//! curl -i localhost:3000/token -d grant_type=magic -d username=test -d password=test     # 400, unsupported_grant_type
//! curl -i localhost:3000/token -d grant_type=password -d username=test -d password=test  # 200, access_token
//! curl -i localhost:3000/protected                                                       # 401, token_missing
//! curl -i localhost:3000/protected -H "Authorization: Bearer $R1"                        # 401, token_type_wrong
//! curl -i localhost:3000/protected -H "Authorization: Bearer $ACCESS"                    # 200, logged_in_as
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $ACCESS"              # 401, token_type_wrong
//! PAIR=$(curl -s -X POST localhost:3000/refresh -H "Authorization: Bearer $R1")
//! ACCESS=$(echo "$PAIR" | take access); R2=$(echo "$PAIR" | take refresh)
//! curl -i localhost:3000/protected -H "Authorization: Bearer $ACCESS"                    # 200, logged_in_as
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $R1"                  # 401, token_reused
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $R2"                  # 401, token_revoked
//! curl -i localhost:3000/protected -H "Authorization: Bearer $ACCESS"                    # 401, token_revoked
//! PAIR=$(login); ACCESS=$(echo "$PAIR" | take access); R3=$(echo "$PAIR" | take refresh)
//! curl -i -X POST localhost:3000/logout                                                  # 401, token_missing
//! curl -i -X POST localhost:3000/logout -H "Authorization: Bearer $R3"                   # 204
//! curl -i localhost:3000/protected -H "Authorization: Bearer $ACCESS"                    # 401, token_revoked
//! curl -i -X POST localhost:3000/refresh -H "Authorization: Bearer $R3"                  # 401, token_revoked
//! ```
//!
//! `R1` came twice, so two parties have it, and the session ends for both (RFC 9700 §4.14.2). With
//! `REDIS_URL=redis://127.0.0.1:6379` that holds for any number of processes. The password grant is
//! for the clients that are there: new ones should not be given it (RFC 9700 §2.4).
//!
//! | there | here |
//! |---|---|
//! | `OAuth2PasswordRequestForm` | `Form<PasswordGrant>`, refused as RFC 6749 §5.2 has it |
//! | an access and a refresh token, alike | `auth.login(&user)`: neither is taken for the other |
//! | `/refresh`, as often as one likes | `#[refresh_required]` and `auth.rotate(old)`, once |
//! | `except DecodeError`, an expired token is a 500 | nothing; it is 401, `token_expired` |
//! | no logout | `auth.logout(&token)`, with either token of the session |

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{StatusCode, header::CACHE_CONTROL};
use axum::response::ErrorResponse;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use jwt_runtime::{
    AuthError, Claims, JwtAuth, JwtConfig, MemoryStore, RedisStore, RefreshToken, Registered,
    TokenPair, jwt_required, refresh_required,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Claims)]
struct User {
    sub: String,
}

#[derive(Deserialize)]
struct PasswordGrant {
    grant_type: String,
    username: String,
    password: String,
}

/// Source: [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
fn refused(error: &str) -> ErrorResponse {
    let no_store = [(CACHE_CONTROL, "no-store")];
    (StatusCode::BAD_REQUEST, no_store, Json(json!({ "error": error }))).into()
}

async fn token(
    State(auth): State<JwtAuth>,
    form: Result<Form<PasswordGrant>, FormRejection>,
) -> axum::response::Result<TokenPair> {
    let Form(given) = form.map_err(|_| refused("invalid_request"))?;
    if given.grant_type != "password" {
        return Err(refused("unsupported_grant_type"));
    }
    if given.username != "test" || given.password != "test" {
        return Err(refused("invalid_grant"));
    }
    Ok(auth.login(&User { sub: given.username }).await?)
}

#[jwt_required]
async fn protected(#[claims] user: User) -> Json<Value> {
    Json(json!({ "logged_in_as": user.sub }))
}

#[refresh_required]
async fn refresh(
    #[token] old: RefreshToken<User>,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    auth.rotate(old).await
}

#[jwt_required(any_type)]
async fn logout(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
) -> Result<StatusCode, AuthError> {
    auth.logout(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let builder = JwtConfig::from_env()?.into_builder()?;
    let builder = match std::env::var("REDIS_URL") {
        Ok(url) => builder.store(RedisStore::connect(&url).await?),
        Err(_) => builder.store(MemoryStore::new()),
    };
    let app = Router::new()
        .route("/token", post(token))
        .route("/protected", get(protected))
        .route("/refresh", post(refresh))
        .route("/logout", post(logout))
        .with_state(builder.build()?);
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
