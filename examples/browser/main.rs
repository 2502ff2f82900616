//! A website with accounts: people sign up, log in, see their devices and end sessions there.
//!
//! Tokens are in cookies that no script can read, forms and scripts prove that they belong to the
//! site, and access tokens that expire are renewed without anybody noticing. Users are in a
//! database, passwords are hashed with Argon2, and the pages work without JavaScript.
//!
//! ```sh
//! cargo run --example browser
//! csrf() { awk -v name="csrf_$1_token" '$6 == name { print "X-CSRF-Token: " $7 }' "$JAR"; }
//! JAR=$(mktemp); AUTH=localhost:3000/api/auth; DEVICES=localhost:3000/api/devices
//! ADA='{"name":"Ada","email":"Ada@Example.org","password":"correct horse"'
//! NEW="$ADA,\"password_confirm\":\"correct horse\"}"
//! curl -i $AUTH/register --json "$ADA}"                                   # 400, field_invalid
//! curl -i $AUTH/register --json "$NEW"                                    # 201
//! curl -i $AUTH/register --json "$NEW"                                    # 409, email_taken
//! curl -i $AUTH/login --json '{"email":"ada@example.org"}'                # 400, credentials_invalid
//! curl -i $AUTH/login --json "$ADA}" -c "$JAR"                            # 200
//! curl -i localhost:3000/api/dashboard                                    # 401, token_missing
//! curl -i localhost:3000/api/dashboard -b "$JAR"                          # 200
//! curl -i -X POST $AUTH/refresh -b "$JAR"                                 # 403, csrf_failed
//! curl -i -X POST $AUTH/refresh -b "$JAR" -c "$JAR" -H "$(csrf refresh)"  # 200
//! curl -i $DEVICES -b "$JAR"                                              # 200
//! curl -i -X DELETE $DEVICES -b "$JAR" -H "$(csrf access)"                # 204, all others
//! curl -i localhost:3000/dashboard                                        # 303, to /login
//! curl -i -X POST $AUTH/logout -b "$JAR" -H "$(csrf access)"              # 200
//! curl -i localhost:3000/api/dashboard -b "$JAR"                          # 401, token_revoked
//! ```
//!
//! Users go to `browser.sqlite`, or where `DATABASE_URL` says: `postgres://…` or `sqlite://…`.
//! Sessions go to `browser-sessions.redb`, or where `JWT_STORE_PATH` or `REDIS_URL` says. Tokens
//! are signed with `browser-key.pem`, which is made at the first start, or with `JWT_PRIVATE_KEY`
//! and `JWT_ALGORITHM`. `LISTEN_ADDR` and the rest of `JwtConfig::from_env` are honoured too;
//! behind https, say `JWT_COOKIE_SECURE=true`.
//!
//! It is the application of a tutorial with fastapi-another-jwt-auth, RS256 and cookies:
//!
//! | there | here |
//! |---|---|
//! | `@AuthJWT.load_config`, `Settings` | `config.rs`, `JwtAuth::builder()` |
//! | `authjwt_algorithm = "RS256"`, keys in `.env` | Ed25519 in a file, or `JWT_ALGORITHM=RS256` and `JWT_PRIVATE_KEY` |
//! | `authjwt_token_location = {"cookies", "headers"}` | `.locations(…)` |
//! | `authjwt_cookie_csrf_protect = False` | protected, with a field in each form |
//! | `create_access_token`, `create_refresh_token` | `auth.login(&claims)` |
//! | `response.set_cookie(…)` for each token, without `Secure` | `auth.set_cookies(&pair)` |
//! | `require_user`, which gives `None` to whoever forgets to look | `#[jwt_required]` and `#[user] account: Account` |
//! | `jwt_refresh_token_required()` | `#[refresh_required]` and `auth.rotate(old)` |
//! | `unset_jwt_cookies()` | `auth.logout(&token)` and `auth.unset_cookies()` |
//! | `/api/auth/register`, `login`, `refresh`, `logout` | the same |
//! | `/api/users/me` | `/api/dashboard` |
//!
//! It does not send letters, so nobody has to prove that an e-mail is theirs, and it does not count
//! how often somebody guesses a password. A website needs both.

mod accounts;
mod api;
mod assets;
mod config;
mod devices;
mod failure;
mod headers;
mod keys;
mod pages;
mod passwords;
mod sign_up;
mod socket;
mod users;
mod views;

use std::error::Error;

use axum::extract::{DefaultBodyLimit, FromRef};
use axum::{Router, middleware};
use jwt_runtime::JwtAuth;
use tracing_subscriber::EnvFilter;

use self::passwords::Passwords;
use self::users::Users;

#[derive(Clone, FromRef)]
pub(crate) struct App {
    auth: JwtAuth,
    users: Users,
    passwords: Passwords,
}

/// More than any form or body here is.
const MAX_BODY_BYTES: usize = 16 * 1024;

fn router(app: App) -> Router {
    let tokens = app.auth.layer();
    Router::new()
        .merge(pages::routes(&app))
        .merge(api::routes())
        .merge(assets::routes())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(middleware::map_response(headers::protect))
        .with_state(app)
        .layer(tokens)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let app = App {
        auth: config::authority()?,
        users: Users::open(&config::database_url()).await?,
        passwords: Passwords::new().await?,
    };
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router(app)).await?)
}
